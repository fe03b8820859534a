// Subscribes to rooms, says "subscribed", prints each message as "room body", ends after a number of them.
// usage: node order.mjs COUNT ROOM=URL...
import { connect, newClient } from './client.mjs';

const [count, ...rooms] = process.argv.slice(2);
let left = Number(count);
let unconfirmed = rooms.length;
const clients = [];
setTimeout(() => process.exit(1), 20_000).unref();
for (const roomAndUrl of rooms) {
  const room = roomAndUrl.slice(0, roomAndUrl.indexOf('='));
  const client = newClient({ brokerURL: roomAndUrl.slice(room.length + 1) });
  clients.push(client);
  await connect(client);
  client.watchForReceipt(`subscribed-${room}`, () => {
    if (--unconfirmed === 0) console.log('subscribed');
  });
  client.subscribe(
    `/topic/${room}`,
    message => {
      console.log(`${room} ${message.body}`);
      if (--left === 0) clients.forEach(each => each.deactivate());
    },
    { receipt: `subscribed-${room}` },
  );
}
