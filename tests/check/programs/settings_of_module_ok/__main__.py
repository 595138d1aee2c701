"""The same as settings_of_module, with an initializer that configures each worker."""

from concurrent.futures import ProcessPoolExecutor

import work

if __name__ == "__main__":
    with ProcessPoolExecutor(1, initializer=work.configure, initargs=(True,)) as executor:
        print(executor.submit(work.report, 2).result(), flush=True)
