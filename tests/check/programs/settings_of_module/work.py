class Options:
    verbose = False


def title():
    return "long title" if Options.verbose else "short"


def report(number):
    return title(), number
