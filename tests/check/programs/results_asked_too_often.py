"""Some tasks have no result, and the program asks for one per task. Sound: sentinel_each_ok."""

import multiprocessing


def crawl(tasks, results):
    while True:
        url = tasks.get()
        if url.startswith("http"):
            results.put(len(url))


if __name__ == "__main__":
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    crawler = multiprocessing.Process(target=crawl, args=(tasks, results), daemon=True)
    crawler.start()
    for url in ("http://a", "ftp://b"):
        tasks.put(url)
    for _ in range(2):
        print(results.get(), flush=True)  # cause: queue-get-without-put
