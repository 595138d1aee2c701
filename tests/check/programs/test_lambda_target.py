"""A unittest starts a lambda as a process; another of its tests does nothing wrong. Sound: test_patched_function_ok."""

import multiprocessing
import unittest


class TestProcesses(unittest.TestCase):
    def test_lambda(self):
        child = multiprocessing.Process(target=lambda: None)
        child.start()  # cause: unpicklable-target under spawn, forkserver
        child.join()
        self.assertEqual(child.exitcode, 0)

    def test_function(self):
        child = multiprocessing.Process(target=print)
        child.start()
        child.join()
        self.assertEqual(child.exitcode, 0)
