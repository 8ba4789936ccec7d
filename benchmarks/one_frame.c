/* The network of one frame in plain C: about what this machine can do at best. See one_frame.py.

   Compiled for INPUTS, WIDTH, DEPTH, CLASSES and, for the recipe "people", POWER. Weights lie in the order in
   which they are read: of each hidden layer panels of PANEL outputs, in each of them first the biases, then
   a row per input; at last the biases of the classes and a row per class. */

#include <math.h>
#include <string.h>

#ifdef __AVX512F__
#define LANES 16
#else
#define LANES 8
#endif
#define PANEL (8 * LANES) /* eight vectors of sums: they stay in registers */

typedef float vector __attribute__((vector_size(4 * LANES)));
typedef int whole __attribute__((vector_size(4 * LANES)));

static inline vector either(whole where, vector a, vector b)
{
    return (vector)(((whole)a & where) | ((whole)b & ~where));
}

static inline vector exponential(vector x) /* -87 <= x <= 0; within 2e-7 */
{
    whole n = __builtin_convertvector(x * 1.44269504f - 0.5f, whole);
    vector f = __builtin_convertvector(n, vector), r = x - f * 0.693147181f, p = r * 1.38888889e-3f + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * (vector)((n + 127) << 23);
}

static inline vector selu(vector x)
{
    vector none = {0}, least = none - 87.0f, low = either(x < least, least, either(x < none, x, none));
    return either(x > none, x * 1.05070099f, (exponential(low) - 1.0f) * 1.75809934f);
}

static inline const vector *dense(const float *x, int inputs, const vector *w, vector *y)
{
    for (int panel = 0; panel < WIDTH / PANEL; panel++) {
        vector sum[8];
        for (int j = 0; j < 8; j++) sum[j] = *w++;
        for (int i = 0; i < inputs; i++)
            for (int j = 0; j < 8; j++) sum[j] += *w++ * x[i];
        for (int j = 0; j < 8; j++) *y++ = selu(sum[j]);
    }
    return w;
}

static void softmax(const float *x, const float *w, float *out)
{
    float z[CLASSES], most = -INFINITY, all = 0.0f;
    for (int c = 0; c < CLASSES; c++) {
        const float *row = w + CLASSES + c * WIDTH;
        z[c] = w[c];
        for (int i = 0; i < WIDTH; i++) z[c] += x[i] * row[i];
        most = fmaxf(most, z[c]);
    }
    for (int c = 0; c < CLASSES; c++) all += out[c] = expf(z[c] - most);
    for (int c = 0; c < CLASSES; c++) out[c] /= all;
}

/* One frame: x and resting are coefficients, out the probabilities. */
void run(const float *x, const float *resting, const float *weights, float *out)
{
    vector a[WIDTH / LANES], b[WIDTH / LANES];
    const vector *w = (const vector *)weights;
#ifdef POWER
    float features[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
        float d = x[i] - resting[i];
        features[i] = copysignf(powf(fminf(fabsf(d), 1.0f), POWER), d);
    }
    x = features;
#endif
    w = dense(x, INPUTS, w, a);
    for (int layer = 1; layer < DEPTH; layer++) {
        w = dense((const float *)a, WIDTH, w, b);
        memcpy(a, b, sizeof a);
    }
    softmax((const float *)a, (const float *)w, out);
}

/* Many frames, each as if it came alone. */
void loop(const float *x, const float *resting, const float *weights, float *out, int frames)
{
    for (int i = 0; i < frames; i++) run(x + i * INPUTS, resting, weights, out + i * CLASSES);
}
