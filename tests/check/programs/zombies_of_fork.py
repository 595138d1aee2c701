"""A server forks for each request, and never waits for the children that have ended. Sound: zombies_of_commands_ok."""

import os
import time


def serve(request):
    if not os.fork():  # cause: zombie-left-behind
        os._exit(request)


for request in range(3):
    serve(request)
time.sleep(3)
print("served", flush=True)
