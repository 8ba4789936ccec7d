"""A face drawn from 52 coefficients."""

from mimik.learn.report.face.draw import draw_face, exaggerated

__all__ = ["draw_face", "exaggerated"]
