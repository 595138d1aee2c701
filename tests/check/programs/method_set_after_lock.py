"""A Lock is made before set_start_method(): the start method is settled by then. Sound: method_set_first_ok."""

import multiprocessing

lock = multiprocessing.Lock()

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")  # cause: start-method-already-set
    print("set", flush=True)
