"""Work in processes of their own, one thread each, with news of every finished piece.

Imports nothing heavy: a fresh process must set its number of threads before numpy starts any.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_tell: Callable[[str], None] = lambda _: None  # noqa: E731 (replaced in each process)


def news(text: str) -> None:
    """Tell the process that shows progress that a piece is done."""
    _tell(text)


def mapped(
    work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], workers: int, heard: Callable[[str], None]
) -> list[Any]:
    """``work(*task)`` for each task, in the order of the tasks.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process can find it.
    workers : int
        Processes; 1 works in this one.
    heard : callable
        Gets what ``work`` says with :func:`news`.

    Raises
    ------
    MemoryError
        If a process was killed.
    """
    if workers == 1:
        return list(_here(work, tasks, heard))
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(queue,))
    try:
        futures = [pool.submit(work, *task) for task in tasks]
        for _ in _until_done(futures):
            while not queue.empty():
                heard(queue.get())
        return [future.result() for future in futures]
    except BrokenProcessPool:
        raise MemoryError("a worker process was killed, or a policy ended it") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()


def _here(work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], heard: Callable[[str], None]) -> Iterator[Any]:
    global _tell  # noqa: PLW0603 (one listener a process)
    before, _tell = _tell, heard
    try:
        for task in tasks:
            yield work(*task)
    finally:
        _tell = before


def _until_done(futures: Sequence[Future[Any]]) -> Iterator[None]:
    """Yields now and then, and once more when all are done or the first has failed."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=0.1, return_when=FIRST_COMPLETED)
        yield
        for future in done:
            future.result()


def _begin(queue: Any) -> None:
    """What a fresh process does first: one thread, silent death on Ctrl-C, and somebody to tell."""
    global _tell  # noqa: PLW0603
    os.environ.update(dict.fromkeys(THREADS, "1"))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    _tell = queue.put


def _leave_with(parent: int) -> None:
    """End this process when its parent is gone: killed, it can end nobody any more."""
    while os.getppid() == parent:
        threading.Event().wait(1.0)
    os._exit(1)
