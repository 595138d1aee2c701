"""A manager ends after all children. The loss of its connections is then no error."""

import multiprocessing


class Board:
    def __init__(self):
        self.manager = multiprocessing.Manager()
        self.scores = self.manager.dict(ann=0)
        self.lock = self.manager.Lock()

    def __getstate__(self):
        return {"scores": self.scores, "lock": self.lock}


def play(board):
    with board.lock:
        board.scores["ann"] += 3


if __name__ == "__main__":
    board = Board()
    players = [multiprocessing.Process(target=play, args=(board,)) for _ in range(2)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    print(board.scores)
