"""Tasks of an executor are submitted and forgotten. Sound: error_never_asked_ok."""

from concurrent.futures import ProcessPoolExecutor


class Exporter:
    def __init__(self):
        self.executor = ProcessPoolExecutor(1)

    def export(self, name):
        self.executor.submit(write, name)  # cause: task-error-never-seen

    def close(self):
        self.executor.shutdown()


def write(name):
    return {}[name]


if __name__ == "__main__":
    exporter = Exporter()
    exporter.export("report")
    exporter.close()
    print("exported", flush=True)
