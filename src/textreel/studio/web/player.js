// Two films of a pair play together; a shot of the timeline that is pressed is where all players go; films that
// nobody sees (another tab, further down) rest.
const rest = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    target.dataset.seen = isIntersecting ? "yes" : "no";
    settle(target);
  }
});

function settle(video) {
  if (video.dataset.seen === "no" && !video.paused) {
    video.dataset.resting = "yes";
    video.pause();
  } else if (video.dataset.seen === "yes" && video.dataset.resting) {
    delete video.dataset.resting;
    video.play().catch(() => {});
  }
}

function together() {
  rest.disconnect();
  for (const video of element.querySelectorAll("video")) {
    video.addEventListener("play", () => settle(video));
    rest.observe(video);
  }
  const videos = [...element.querySelectorAll(".textreel-pair video")];
  if (videos.length !== 2) return;
  const [follower, leader] = videos;
  const follow = () => {
    if (Math.abs(follower.currentTime - leader.currentTime) > 0.08) follower.currentTime = leader.currentTime;
    if (leader.paused !== follower.paused) leader.paused ? follower.pause() : follower.play().catch(() => {});
  };
  for (const name of ["play", "pause", "seeked", "timeupdate"]) leader.addEventListener(name, follow);
}

element.addEventListener("click", (event) => {
  const shot = event.target.closest(".textreel-shot");
  if (!shot) return;
  for (const video of element.querySelectorAll("video")) {
    video.currentTime = Number(shot.dataset.seconds) + 0.01;
    video.play().catch(() => {});
  }
});
watch("value", together);
together();
