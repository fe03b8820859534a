// The client of docs/examples, and stock ones, many in one process. The other side writes one JSON object a line to stdin:
//   {"name":"a","room":"1","url":"ws://...","stock":false}   begin to follow; a stock client has one connection and no more
//   {"pods":["ws://...", ...]}                               where the example goes when a connection ends
//   {"send":"a","body":"..."}                                let the example of that name write to its room
//   {"done":true}                                            say goodbye and end
// and reads one a line from stdout:
//   {"name":..,"started":true} {"name":..,"reconnected":true} {"name":..,"ended":true} {"name":..,"complaint":".."}
//   {"name":..,"id":"<message-id>","prev":"..","body":".."} {"name":..,"answered":"<body>"} {"name":..,"refused":".."}
import { createInterface } from 'node:readline';
import { newClient } from './client.mjs';
import { ResumingClient } from './resuming-client.js';

let pods = [];
let turn = 0;
const clients = new Map();
const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const show = (name, { headers, body }, prev) => say({ name, id: headers['message-id'], prev, body });

function example({ name, room, url }) {
  let connections = 0;
  const chat = new ResumingClient(url, {
    show: (_, message) => show(name, message), // which may be the next of those that it had not seen: no prev
    tell: (_, text) => say({ name, complaint: text }),
    reconnectDelay: 200,
    beforeConnect: () => {
      if (connections > 0 && pods.length > 0) chat.stomp.brokerURL = pods[turn++ % pods.length];
    },
  });
  const enter = chat.stomp.onConnect;
  chat.stomp.onConnect = frame => {
    enter(frame);
    if (connections++ > 0) say({ name, reconnected: true });
  };
  chat.join(room);
  const inRoom = setInterval(() => {
    if (chat.rooms.get(room).last === undefined) return;
    clearInterval(inRoom);
    say({ name, started: true });
  }, 10);
  return { send: body => chat.send(room, body), stomp: chat.stomp };
}

function stock({ name, room, url }) {
  const stomp = newClient({
    brokerURL: url,
    onConnect: () => {
      stomp.watchForReceipt('subscribed', () => say({ name, started: true }));
      stomp.subscribe(`/topic/${room}`, message => show(name, message, message.headers.prev), { receipt: 'subscribed' });
    },
    onWebSocketClose: () => say({ name, ended: true }),
    onStompError: frame => say({ name, complaint: `ERROR: ${frame.headers.message}` }),
  });
  stomp.activate();
  return { stomp };
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.room !== undefined) clients.set(order.name, order.stock ? stock(order) : example(order));
  else if (order.pods) pods = order.pods;
  else if (order.send) {
    const { send, body } = order;
    clients.get(send).send(body).then(
      () => say({ name: send, answered: body }),
      error => say({ name: send, refused: error.message }));
  } else if (order.done) await Promise.all([...clients.values()].map(client => client.stomp.deactivate()));
}
process.exit(0);
