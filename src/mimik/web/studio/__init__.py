"""The running laboratory behind the studio's pages: phones, sittings, training. Nothing here speaks HTTP."""
