"""The disk: the only place of ``mimik.study`` that opens files (a test holds that)."""
