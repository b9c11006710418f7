"use strict";
// Countdowns tick and the page reads itself again; without this script every page still works.
(function () {
  var body = document.body;
  var speed = Number(body.dataset.speed) || 1;
  var base = Date.parse(body.dataset.now);
  var loaded = Date.now();
  function now() { return base + (Date.now() - loaded) * speed; }
  function two(n) { return n < 10 ? "0" + n : String(n); }
  // The same words as the server's.
  function span(s) {
    var m = Math.floor(s / 60), h = Math.floor(s / 3600), d = Math.floor(h / 24);
    if (s < 60) return s + " s";
    if (m < 10) return m + " min " + two(s % 60) + " s";
    if (h < 1) return m + " min";
    if (h < 24) return h + " h " + two(m % 60) + " min";
    return d < 60 ? d + " d " + (h % 24) + " h" : d + " d";
  }
  function tick() {
    var at = now();
    document.querySelectorAll("time.left").forEach(function (t) {
      var s = Math.floor((Date.parse(t.dateTime) - at) / 1000);
      var text = s >= 0 ? "in " + span(s) : span(-s) + " ago";
      if (t.textContent !== text) t.textContent = text;
      t.classList.toggle("past", s < 0);
      t.classList.toggle("soon", s < 900);
    });
  }
  // Nothing is replaced under a hand that is about to press or type.
  function isBusy() {
    var a = document.activeElement;
    return document.hidden || document.querySelector("main details[open]") ||
      (a && a.closest("main form")) ? true : false;
  }
  function refresh() {
    if (isBusy()) return;
    fetch(location.href, { credentials: "same-origin" }).then(function (r) {
      if (!r.ok || r.redirected) throw new Error(String(r.status));
      return r.text();
    }).then(function (text) {
      if (isBusy()) return;
      var next = new DOMParser().parseFromString(text, "text/html");
      var fresh = next.getElementById("main");
      if (!fresh) return;
      base = Date.parse(next.body.dataset.now);
      loaded = Date.now();
      document.getElementById("main").replaceChildren(...fresh.childNodes);
      tick();
    }).catch(function () {
      // The daemon is away: what is shown stays, and the next round asks again.
    });
  }
  // A picture wider than the window begins a little before the present.
  function toPresent() {
    document.querySelectorAll(".picture-frame").forEach(function (f) {
      var now = f.querySelector("line.now");
      if (!now || f.scrollWidth <= f.clientWidth) return;
      f.scrollLeft += now.getBoundingClientRect().left - f.getBoundingClientRect().left
        - f.clientWidth / 2;
    });
  }
  tick();
  toPresent();
  setInterval(tick, 1000);
  var seconds = Number(body.dataset.live);
  if (seconds) {
    document.querySelector(".live").hidden = false;
    setInterval(refresh, seconds * 1000);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) refresh(); });
  }
})();
