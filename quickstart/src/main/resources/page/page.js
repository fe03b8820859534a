import { message } from "./message.js";
import { ResumingClient } from "./resuming-client.js";

// What the page remembers over a reload: who I am, my rooms, and the newest messages of each with where it was.
const memory = {
  load: () => JSON.parse(sessionStorage.getItem("chatcluster") || '{"rooms":{}}'),
  save: () => sessionStorage.setItem("chatcluster", JSON.stringify({
    me: byId("me").value,
    rooms: Object.fromEntries([...rooms].map(([name, room]) => [name, {...place(name), messages: room.messages.slice(-50)}])),
  })),
};
const SAMPLE = 24; // rooms that are shown in their partitions though nobody here has joined them
const byId = id => document.getElementById(id);
const rooms = new Map();
const homes = new Map(); // room -> the partition that it was in when the page last looked
let cluster = null;
let chat = null;

// --- the cluster's state, pushed by the quickstart ---

new EventSource("state").onmessage = event => {
  const state = JSON.parse(event.data);
  cluster = state.clusters.find(c => c.name === "studyhub") || state.clusters[0] || null;
  showCluster(state.kubectl, state.produce);
  if (cluster && cluster.port) connect(`ws://${location.hostname}:${cluster.port}/ws`);
};

const condition = type => (cluster.conditions || []).find(c => c.type === type);

function showCluster(kubectl, produce) {
  const ready = byId("ready");
  byId("cluster-name").textContent = cluster ? cluster.name : "";
  byId("scale").hidden = !cluster;
  if (!cluster) {
    ready.textContent = "There is no ChatCluster. Apply docs/examples/studyhub.yaml.";
    byId("partitions").replaceChildren();
    return;
  }
  const said = condition("Ready");
  const isReady = said && said.status === "True";
  ready.classList.toggle("bad", Boolean(said) && !isReady);
  ready.textContent = !said ? "The operator has not said anything yet."
    : isReady ? `Ready · ${cluster.partitioning}` : `${said.reason}: ${said.message}`;
  showRescale();
  showPartitions();
  for (const name of rooms.keys()) locate(name);
  byId("watch-command").textContent = `${kubectl} get pods -w`;
  byId("scale-command").textContent = `${kubectl} scale chatcluster/${cluster.name} --replicas=8`;
  byId("describe-command").textContent = `${kubectl} describe chatcluster ${cluster.name}`;
  byId("produce-command").textContent = `${produce} --room 1 --text "hello"`;
}

// --- the rescale ---

function showRescale() {
  const rescaling = condition("Rescaling");
  const phase = rescaling ? rescaling.reason : "NotRescaling";
  for (const step of byId("phases").children) step.classList.toggle("now", step.dataset.phase === phase);
  byId("rescaling").textContent = phase === "NotRescaling" ? "Nothing moves." : rescaling.message || phase;
  const leading = cluster.pods.filter(p => p.ready).length;
  byId("figures").replaceChildren(...[
    ["asked for", cluster.asked],
    ["partitions", cluster.partitions],
    ["epoch", cluster.epoch],
    ["pods ready", `${leading}/${cluster.pods.length}`],
    ["in the topic", cluster.topicPartitions],
    ["stray lag", cluster.strayLag],
  ].map(([term, value]) => {
    const pair = element("div");
    pair.append(element("dt", "", term), element("dd", "", String(value ?? "–")));
    return pair;
  }));
  if (document.activeElement !== byId("count")) byId("count").value = cluster.asked;
  byId("events").replaceChildren(...(cluster.events || []).map(e => {
    const item = element("li");
    item.append(element("time", "", new Date(e.time).toLocaleTimeString()), ` ${e.reason}: ${e.message}`);
    return item;
  }));
}

async function scale(count) {
  const answer = await fetch(`clusters/${cluster.namespace}/${cluster.name}/partitions/${count}`, {method: "POST"});
  if (!answer.ok) byId("rescaling").textContent = await answer.text();
}
const step = by => scale(Math.max(1, Number(byId("count").value = Math.max(1, cluster.asked + by))));
byId("fewer").onclick = () => step(-1);
byId("more").onclick = () => step(1);
byId("scale").onsubmit = event => {
  event.preventDefault();
  byId("count").blur();
  scale(byId("count").value);
};

function showPartitions() {
  const owned = cluster.partitions || cluster.asked || 0;
  const count = Math.max(owned, ...cluster.pods.map(p => p.partition + 1));
  byId("partitions").replaceChildren(...Array.from({length: count}, (_, number) => partition(number, number < owned)));
}

/** Names of rooms with the partition that each is in, those joined here and a sample. */
function placed() {
  const all = new Map([...rooms].map(([name, room]) => [name, room.partition]));
  for (let number = 0; number < SAMPLE && cluster.partitioning === "Modulo" && cluster.partitions; number++)
    if (!rooms.has(String(number))) all.set(String(number), number % cluster.partitions);
  return [...all];
}

function partition(number, owns) {
  const box = element("div", "partition");
  const title = element("h4", "", `Partition ${number}`);
  const here = placed().filter(([, at]) => at === number);
  const pods = cluster.pods.filter(p => p.partition === number);
  title.append(element("span", "", owns ? `${here.length} rooms shown` : cluster.asked > number ? "owns nothing yet" : "owns nothing any more"));
  const chips = element("div", "chips");
  for (const [name] of here) {
    const moved = homes.has(name) && homes.get(name) !== number;
    chips.append(element("span", "chip" + (rooms.has(name) ? " joined" : "") + (moved ? " moved" : ""), name));
    homes.set(name, number);
  }
  box.append(title, chips);
  for (const pod of pods) {
    const line = element("div", "pod " + (pod.ready ? "up" : pod.state === "Starting" ? "" : "down"));
    const name = element("code", "", pod.name);
    name.title = pod.name;
    const restarts = pod.restarts ? ` · ${pod.restarts} restart${pod.restarts > 1 ? "s" : ""}` : "";
    const kill = element("button", "kill", "kill");
    kill.type = "button";
    kill.title = "kill -9 the process of " + pod.name;
    kill.onclick = () => fetch(`pods/${cluster.namespace}/${pod.name}/kill`, {method: "POST"});
    line.append(name, element("em", "", pod.state + restarts), kill);
    box.append(line);
  }
  if (!pods.length) box.append(element("div", "pod down", "no pod"));
  return box;
}

// --- the connection ---

function connect(url) {
  if (chat) {
    if (chat.stomp.brokerURL === url) return;
    chat.stomp.brokerURL = url;
    chat.stomp.forceDisconnect();
    return;
  }
  let before = false;
  chat = new ResumingClient(url, {
    show: receive,
    tell: (name, text) => {
      for (const room of name ? [rooms.get(name)] : rooms.values()) note(room, text, "alarm");
    },
    connectionTimeout: 5000,
    onWebSocketClose: () => {
      showConnection("down", "connection lost, trying again");
      for (const room of rooms.values()) room.pending.forEach(item => item.classList.add("unsure"));
    },
  });
  const enter = chat.stomp.onConnect;
  chat.stomp.onConnect = frame => {
    enter(frame);
    showConnection("up", "connected through the client Service, port " + new URL(chat.stomp.brokerURL).port);
    if (before) for (const room of rooms.values()) note(room, "connected again, and going on where it was");
    before = true;
  };
  for (const [name, room] of rooms) chat.join(name, room.remembered);
}

function showConnection(kind, text) {
  byId("connection").className = "connection " + kind;
  byId("connection").textContent = text;
}

byId("cut").onclick = () => {
  if (chat && chat.stomp.webSocket) chat.stomp.webSocket.close(4000, "cut by hand");
};

// --- rooms ---

function join(name, remembered = {}) {
  if (rooms.has(name)) return;
  const card = byId("room-template").content.firstElementChild.cloneNode(true);
  const room = {card, remembered, messages: [], pending: new Map(), partition: null, received: 0, writer: null};
  rooms.set(name, room);
  card.querySelector("h3").textContent = "Room " + name;
  card.querySelector(".leave").onclick = () => leave(name);
  card.querySelector(".say").onsubmit = event => {
    event.preventDefault();
    const input = event.target.querySelector("input");
    if (say(name, input.value)) input.value = "";
  };
  card.querySelector(".writer input").onchange = event => {
    clearInterval(room.writer);
    let number = 0;
    if (event.target.checked) room.writer = setInterval(() => say(name, `message ${++number}`), 500);
  };
  byId("rooms").append(card);
  byId("no-rooms").hidden = true;
  for (const message of remembered.messages || []) show(room, message);
  locate(name);
  if (chat) chat.join(name, remembered);
  memory.save();
}

function leave(name) {
  const room = rooms.get(name);
  clearInterval(room.writer);
  if (chat) chat.leave(name);
  room.card.remove();
  rooms.delete(name);
  byId("no-rooms").hidden = rooms.size > 0;
  memory.save();
}

/** Where the client is in a room, and what it wrote last; of use also after a reload. */
function place(name) {
  const {last, ack} = chat?.rooms.get(name) || rooms.get(name).remembered;
  return {last, ack};
}

async function locate(name) {
  const room = rooms.get(name);
  try {
    const answer = await fetch(`rooms/${cluster.namespace}/${cluster.name}/${encodeURIComponent(name)}`);
    if (!answer.ok) return;
    const {partition} = await answer.json();
    const moved = room.partition !== null && room.partition !== partition;
    if (moved) note(room, `the room moved from partition ${room.partition} to ${partition}`);
    room.partition = partition;
    showPlace(name);
    if (moved) showPartitions();
  } catch {
    // The next change of the state asks again.
  }
}

function showPlace(name) {
  const room = rooms.get(name);
  if (room.partition === null) return;
  room.card.querySelector(".place").textContent = `partition ${room.partition} · ${room.received} received`;
}

function receive(name, frame) {
  const room = rooms.get(name);
  let value;
  try {
    value = JSON.parse(frame.body);
  } catch {
    value = {userId: "?", message: frame.body};
  }
  const pending = room.pending.get(value._id);
  if (pending) {
    pending.remove();
    room.pending.delete(value._id);
  }
  room.received++;
  const position = frame.headers["message-id"];
  show(room, {from: String(value.userId ?? "?"), text: String(value.message ?? frame.body), position});
  showPlace(name);
  memory.save();
}

function say(name, text) {
  const room = rooms.get(name);
  if (!chat || !text.trim()) return false;
  const me = byId("me").value;
  const value = message(name, me, text);
  const shown = append(room, line(me, text, "mine pending"));
  room.pending.set(value._id, shown);
  // Why it is refused, the client has told already.
  chat.send(name, JSON.stringify(value), {"content-type": "application/json"}).catch(() => {
    room.pending.delete(value._id);
    shown.className = "mine refused";
  });
  return true;
}

// --- what stands in a room ---

function show(room, message) {
  room.messages.push(message);
  if (room.messages.length > 500) room.messages.shift();
  const shown = line(message.from, message.text, message.from === byId("me").value ? "mine" : "");
  shown.title = "position " + message.position;
  const pending = room.card.querySelector(".pending");
  if (pending) pending.before(shown);
  else append(room, shown);
}

function line(from, text, kind) {
  const item = element("li", kind);
  item.append(element("b", "", from), text);
  return item;
}

function note(room, text, kind = "note") {
  append(room, element("li", kind, text));
}

function append(room, item) {
  const list = room.card.querySelector(".messages");
  list.append(item);
  while (list.children.length > 500) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
  return item;
}

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

// --- begin ---

byId("join").onsubmit = event => {
  event.preventDefault();
  const name = byId("room").value.trim();
  if (name) join(name);
};
byId("me").onchange = () => memory.save();

const remembered = memory.load();
byId("me").value = remembered.me || "guest-" + Math.floor(Math.random() * 900 + 100);
for (const [name, room] of Object.entries(remembered.rooms)) join(name, room);
