"""Two context variables are set for a request, and its child has neither. Sound: context_variables_ok."""

import contextvars
import multiprocessing

request = contextvars.ContextVar("request")
user = contextvars.ContextVar("current user", default="nobody")


def audit(action):
    print(f"[{request.get()}] {user.get()}: {action}")


def handle(number, name):
    request.set(number)  # cause: state-not-inherited under spawn, forkserver
    user.set(name)  # cause: state-not-inherited under spawn, forkserver
    child = multiprocessing.Process(target=audit, args=("open",))
    child.start()
    child.join()


if __name__ == "__main__":
    handle(17, "ann")
