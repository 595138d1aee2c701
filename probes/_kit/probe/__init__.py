"""The probe's own side: its arms, its view of the processes, and its command line. Only the probe itself loads this."""
