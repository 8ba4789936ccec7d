"""Sources and protocols become recordings: the session engine, the recorder and the loop that runs them."""
