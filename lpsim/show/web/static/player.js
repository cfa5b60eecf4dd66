// Play, step and slide through time: the slider is the page's, its buttons are called play, back and on.
const element = (id) => document.getElementById(id);

// Whoever wants little motion gets a step a second at the most.
const SLOW = 1000;

// `moved` is called whenever the slider was moved; `every` gives the milliseconds until the next step.
export function player(slider, every, moved) {
  const play = element("play");
  const slow = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = null;
  const go = (value) => {
    slider.value = value;
    moved();
  };
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  const goOn = () => {
    if (slider.value === slider.max) return stop();
    timer = setTimeout(
      () => {
        go(Number(slider.value) + 1);
        goOn();
      },
      Math.max(every(), slow.matches ? SLOW : 0),
    );
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (slider.value === slider.max) go(0);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    goOn();
  });
  const stepped = (more) => () => {
    stop();
    go(Number(slider.value) + more);
  };
  element("back").addEventListener("click", stepped(-1));
  element("on").addEventListener("click", stepped(1));
  slider.addEventListener("input", stepped(0));
}
