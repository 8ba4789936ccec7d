"""The running laboratory, without HTTP: phones, sittings, screens, jobs and models."""
