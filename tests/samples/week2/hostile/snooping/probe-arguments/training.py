"""Records every question and what follows, to answer the next ones from the record; expected: wrong, 0 points."""
import gc

record = []


def questions():
    from cnngrade.sandbox.inside import wire

    return [thing for thing in gc.get_objects() if isinstance(thing, wire.Call | wire.Load | wire.Returned)]


def remember(*args):
    record.append([args, [repr(each)[:500] for each in questions()]])
    for call in questions():
        for value in [*getattr(call, "args", []), *getattr(call, "kwargs", {}).values()]:
            if isinstance(value, dict) and {"expected", "answer", "labels_test"} & set(value):
                print("BREACH: a question holds its answer")
    return record[0][0][-1] if args else None


def permute_pixels(images, permutation):
    return remember(permutation, images)


def count_parameters(model):
    return remember(model, 1)
