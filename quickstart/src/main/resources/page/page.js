"use strict";

// What the page remembers over a reload: who I am, my rooms, and the newest messages of each with their positions.
const memory = {
  load: () => JSON.parse(sessionStorage.getItem("chatcluster") || '{"rooms":{}}'),
  save: () => sessionStorage.setItem("chatcluster", JSON.stringify({
    me: byId("me").value,
    rooms: Object.fromEntries([...rooms].map(([name, room]) => [name, {last: room.last, messages: room.messages.slice(-50)}])),
  })),
};
const byId = id => document.getElementById(id);
const rooms = new Map();
let cluster = null;
let client = null;
let port = 0;

// --- the cluster's state, pushed by the quickstart ---

new EventSource("state").onmessage = event => {
  const state = JSON.parse(event.data);
  cluster = state.clusters.find(c => c.name === "studyhub") || state.clusters[0] || null;
  showCluster(state.kubectl, state.produce);
  if (cluster && cluster.port && cluster.port !== port) connect();
};

function showCluster(kubectl, produce) {
  const ready = byId("ready");
  byId("cluster-name").textContent = cluster ? cluster.name : "";
  byId("partitions").replaceChildren();
  if (!cluster) {
    ready.textContent = "There is no ChatCluster. Apply docs/examples/studyhub.yaml.";
    return;
  }
  const condition = (cluster.conditions || []).find(c => c.type === "Ready");
  const isReady = condition && condition.status === "True";
  ready.classList.toggle("bad", Boolean(condition) && !isReady);
  ready.textContent = !condition ? "The operator has not said anything yet."
    : isReady ? `Ready · epoch ${cluster.epoch} · ${cluster.partitioning}` : `${condition.reason}: ${condition.message}`;
  const count = Math.max(cluster.partitions || cluster.asked || 0, ...cluster.pods.map(p => p.partition + 1));
  for (let number = 0; number < count; number++) byId("partitions").append(partition(number));
  for (const name of rooms.keys()) locate(name);
  byId("watch-command").textContent = `${kubectl} get pods -w`;
  byId("scale-command").textContent = `${kubectl} scale chatcluster/${cluster.name} --replicas=6`;
  byId("describe-command").textContent = `${kubectl} describe chatcluster ${cluster.name}`;
  byId("produce-command").textContent = `${produce} --room 1 --text "hello"`;
}

function partition(number) {
  const box = element("div", "partition");
  const title = element("h4", "", `Partition ${number}`);
  const here = [...rooms].filter(([, room]) => room.partition === number).map(([name]) => name);
  title.append(element("span", "", here.length ? "room " + here.join(", ") : ""));
  box.append(title);
  const pods = cluster.pods.filter(p => p.partition === number);
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

function connect() {
  port = cluster.port;
  if (client) client.deactivate();
  client = new StompJs.Client({
    brokerURL: `ws://${location.hostname}:${port}/ws`,
    reconnectDelay: 1000,
    connectionTimeout: 5000,
    onConnect: () => {
      showConnection("up", "connected through the client Service, port " + port);
      for (const name of rooms.keys()) subscribe(name);
    },
    onWebSocketClose: () => {
      showConnection("down", "connection lost, trying again");
      for (const room of rooms.values()) room.pending.forEach(item => item.classList.add("unsure"));
    },
    onStompError: frame => {
      for (const room of rooms.values()) note(room, frame.headers.message || "the server refused", "alarm");
    },
  });
  client.activate();
}

function showConnection(kind, text) {
  byId("connection").className = "connection " + kind;
  byId("connection").textContent = text;
}

byId("cut").onclick = () => {
  if (client && client.webSocket) client.webSocket.close(4000, "cut by hand");
};

// --- rooms ---

function join(name, remembered) {
  if (rooms.has(name)) return;
  const card = byId("room-template").content.firstElementChild.cloneNode(true);
  const room = {
    card,
    last: remembered?.last || null, // the position to resume from
    newest: null, // the position of the newest message here, which the next one names as its prev
    messages: [],
    pending: new Map(),
    partition: null,
    subscription: null,
  };
  rooms.set(name, room);
  card.querySelector("h3").textContent = "Room " + name;
  card.querySelector(".leave").onclick = () => leave(name);
  card.querySelector(".say").onsubmit = event => {
    event.preventDefault();
    const input = event.target.querySelector("input");
    if (say(name, input.value)) input.value = "";
  };
  byId("rooms").append(card);
  byId("no-rooms").hidden = true;
  for (const message of remembered?.messages || []) show(room, message);
  locate(name);
  if (client && client.connected) subscribe(name);
  memory.save();
}

function leave(name) {
  const room = rooms.get(name);
  if (client && client.connected && room.subscription) room.subscription.unsubscribe();
  room.card.remove();
  rooms.delete(name);
  byId("no-rooms").hidden = rooms.size > 0;
  memory.save();
}

async function locate(name) {
  const room = rooms.get(name);
  try {
    const answer = await fetch(`rooms/${cluster.namespace}/${cluster.name}/${encodeURIComponent(name)}`);
    if (!answer.ok) return;
    const {partition} = await answer.json();
    const owner = cluster.pods.find(p => p.partition === partition && p.ready);
    const text = `partition ${partition} · ${owner ? owner.name : "its pod is away"}`;
    room.card.querySelector(".place").textContent = text;
    room.card.querySelector(".place").title = text;
    if (room.partition !== partition) {
      room.partition = partition;
      showPartitionsAgain();
    }
  } catch {
    // The next change of the state asks again.
  }
}

function showPartitionsAgain() {
  const boxes = [...byId("partitions").children];
  boxes.forEach((box, number) => box.replaceWith(partition(number)));
}

function subscribe(name) {
  const room = rooms.get(name);
  const resumed = room.last;
  const receipt = "subscribe-" + crypto.randomUUID();
  client.watchForReceipt(receipt, frame => {
    if (!resumed) note(room, "from here on you see every message, once and in order");
    else if (frame.headers.recovered === "true") note(room, "resumed: nothing missed, nothing twice");
    else note(room, `messages in between are gone: ${frame.headers.reason}`, "alarm");
    // Before the first message there is a place to resume from already.
    if (frame.headers.recovered !== "true" && frame.headers.position) {
      room.last = frame.headers.position;
      room.newest = null;
      memory.save();
    }
  });
  const headers = {receipt};
  if (resumed) headers["resume-from"] = resumed;
  room.subscription = client.subscribe("/topic/" + name, frame => receive(room, frame), headers);
}

function receive(room, frame) {
  const position = frame.headers["message-id"];
  const before = frame.headers.prev;
  if (room.newest && before && before !== room.newest) note(room, "a gap: this should not happen", "alarm");
  room.last = room.newest = position;
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
  show(room, {from: String(value.userId ?? "?"), text: String(value.message ?? frame.body), position});
  memory.save();
}

function say(name, text) {
  const room = rooms.get(name);
  if (!client || !client.connected || !text.trim()) return false;
  const id = crypto.randomUUID();
  const me = byId("me").value;
  const value = {
    _id: id,
    roomId: /^\d{1,15}$/.test(name) ? Number(name) : name,
    userId: me,
    messageType: "TEXT",
    message: text,
    createdAt: new Date().toISOString(),
  };
  room.pending.set(id, append(room, line(me, text, "mine pending")));
  client.publish({destination: "/app/" + name, body: JSON.stringify(value), headers: {"content-type": "application/json"}});
  return true;
}

// --- what stands in a room ---

function show(room, message) {
  room.messages.push(message);
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
