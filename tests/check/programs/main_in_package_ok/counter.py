class Counter:
    def count(self, word):
        return len(word)
