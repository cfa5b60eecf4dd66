"""How soon the page of `lpsim explore` answers: one person, a class of thirty, and in a browser.

    python -m tests.benchmarks.bench_explore

The server is a process of its own. Answers are compared with what `simulate` gives. Quote medians.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import psutil

import lpsim
from lpsim.scenario import Scenario
from tests.show.web.browser import ARGUMENTS, CHROMIUM

KEY = "practice.codification.meetings"
PUPILS, EACH = 30, 10


def get(address):
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        found = json.load(answer)
    return found, 1000 * (time.perf_counter() - begun)


def told(name, milliseconds):
    ordered = sorted(milliseconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    print(f"{name}: median {middle:.0f} ms, 95 % below {p95:.0f}, most {ordered[-1]:.0f} ({len(ordered)})")


def one_person(here):
    taken = [
        get(f"{here}api/levels?{KEY}={0.30 + place / 100:.2f}&number={place}&client=one")[1]
        for place in range(30)
    ]
    told("one person, 20 worlds of one_practice", taken)


def a_class(here, server):
    """Every pupil drags a lever of their own over ten values; nobody's are anybody else's."""
    answers, taken = {}, []

    def pupil(number):
        for place in range(EACH):
            value = f"{(number * EACH + place) / 1000 + 0.3:.3f}"
            found, milliseconds = get(f"{here}api/levels?{KEY}={value}&number={place}&client=p{number}")
            answers[value] = found["levels"]["lines"][2]["mean"][-1]
            taken.append(milliseconds)

    spent = used(server)
    threads = [threading.Thread(target=pupil, args=(number,)) for number in range(PUPILS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told(f"{PUPILS} pupils at once, {time.perf_counter() - begun:.1f} s in all", taken)
    print(f"processor time of the server: {1000 * (used(server) - spent) / len(taken):.0f} ms an answer")
    return answers


def used(server):
    times = psutil.Process(server.pid).cpu_times()
    return times.user + times.system


def wrong_answers(answers, every):
    """How many of some answers are not what simulate gives."""
    scenario = Scenario.load("one_practice").adapted({"record.lessons": False})
    wrong = 0
    for value, answer in list(answers.items())[::every]:
        worlds = lpsim.simulate_many(scenario.adapted({KEY: float(value)}), range(1, 21))
        mean = statistics.fmean(float(run.column("practice_knowledge")[-1]) for run in worlds)
        wrong += abs(mean - answer) > 1e-6
    return wrong


PRESS = """([id]) => new Promise((done) => {
  const lever = document.getElementById(id), begun = performance.now();
  const seen = new MutationObserver(() => requestAnimationFrame(() => {
    seen.disconnect();
    done(performance.now() - begun);
  }));
  seen.observe(document.body, { attributes: true, attributeFilter: ["data-drawn"] });
  lever.stepUp(); lever.dispatchEvent(new Event("input"));
})"""


def in_a_browser(here):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page()
        page.goto(here)
        page.wait_for_selector("body[data-drawn]")
        page.fill("#seed", "500")  # worlds that nobody has asked for
        page.keyboard.press("Tab")
        page.wait_for_timeout(1000)
        told("lever to drawn frame", [page.evaluate(PRESS, [f"lever-{KEY}"]) for _ in range(30)])
        chromium.close()


def main():
    command = [
        sys.executable,
        "-c",
        "from lpsim.cli import main; main()",
        "explore",
        "--no-browser",
        "--port",
        "0",
    ]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        here = server.stdout.readline().split()[-1]
        begun = time.perf_counter()
        get(f"{here}api/levels")
        print(f"first answer: {time.perf_counter() - begun:.1f} s; load {os.getloadavg()[0]:.1f}")
        one_person(here)
        answers = a_class(here, server)
        print(f"answers: {len(answers)}, wrong among every third: {wrong_answers(answers, 3)}")
        if CHROMIUM:
            in_a_browser(here)
    finally:
        server.send_signal(2)
        server.wait(20)
        print(f"Ctrl-C: exit code {server.returncode}")


if __name__ == "__main__":
    main()
