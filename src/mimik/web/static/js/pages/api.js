/** The page about the API is plain HTML; only the header is added. */

import { tell } from "../api.js";
import { header } from "../nav.js";

header("/api").catch(tell);
