// Follows rooms over reconnects with resume-from. The other side writes one JSON object a line to stdin:
//   {"name":"stompjs-0","room":"1","url":"ws://..."}   begin to follow
//   {"pods":["ws://...", ...]}                          where to go from now on when a connection ends
//   {"done":true}                                       say goodbye and end
// and reads one a line from stdout:
//   {"name":..,"started":true} {"name":..,"reconnected":true} {"name":..,"complaint":".."}
//   {"name":..,"id":"<message-id>","prev":"..","body":".."}
import { createInterface } from 'node:readline';
import { newClient } from './client.mjs';

let pods = [];
let turn = 0;
const clients = [];
const say = line => process.stdout.write(JSON.stringify(line) + '\n');

function follow({ name, room, url }) {
  let from;
  let connections = 0;
  const client = newClient({
    brokerURL: url,
    reconnectDelay: 200,
    beforeConnect: () => {
      if (connections > 0 && pods.length > 0) client.brokerURL = pods[turn++ % pods.length];
    },
    onConnect: () => {
      if (connections++ > 0) say({ name, reconnected: true });
      const resuming = from;
      const headers = { receipt: `subscribed-${connections}` };
      if (resuming !== undefined) headers['resume-from'] = resuming;
      client.watchForReceipt(headers.receipt, receipt => {
        if (resuming !== undefined && receipt.headers.recovered !== 'true')
          say({ name, complaint: `not recovered: ${JSON.stringify(receipt.headers)}` });
        from ??= receipt.headers.position;
        if (connections === 1) say({ name, started: true });
      });
      client.subscribe(
        `/topic/${room}`,
        message => {
          from = message.headers['message-id'];
          say({ name, id: from, prev: message.headers.prev, body: message.body });
        },
        headers,
      );
    },
    onStompError: frame => say({ name, complaint: `ERROR: ${frame.headers.message}` }),
  });
  clients.push(client);
  client.activate();
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.room !== undefined) follow(order);
  else if (order.pods) pods = order.pods;
  else if (order.done) await Promise.all(clients.map(client => client.deactivate()));
}
process.exit(0);
