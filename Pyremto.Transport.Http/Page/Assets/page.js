const parts = location.pathname.split("/");
const tag = decodeURIComponent(parts.pop());
const api = `../api/tags/${encodeURIComponent(tag)}`;
document.getElementById("tag").textContent = document.title = tag;

async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get("view");
  if (token) {
    history.replaceState(null, "", location.pathname);
    await fetch(`${encodeURIComponent(tag)}/session`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ view_token: token }),
    });
  }
  new EventSource(`${api}/events`).addEventListener("progress", event => {
    const progress = JSON.parse(event.data);
    const bar = document.getElementById("bar");
    bar.max = progress.total || 1;
    bar.value = progress.done;
    document.getElementById("state").textContent = `${progress.done} of ${progress.total} done`;
  });
}

begin();
