// What stompjs promises its users of a server with topics. Environment: CHAT_URL, the consumer's ws://host:port.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { Versions } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import { connect, newClient, receiptOf, subscribe } from './client.mjs';

const server = process.env.CHAT_URL;
const brokerURL = `${server}/ws`;
const within = { timeout: 20_000 };
let open = [];
let rooms = 0;

const newRoom = () => `stompjs-${process.pid}-${rooms++}`;
const newTopic = () => `/topic/${newRoom()}`;

async function connected(config = {}) {
  const client = newClient({ brokerURL, ...config });
  open.push(client);
  await connect(client);
  return client;
}

afterEach(async () => {
  await Promise.all(open.map(client => client.deactivate({ force: true })));
  open = [];
});

const binary = kilobytes => Uint8Array.from({ length: kilobytes * 1024 }, (_, i) => i % 256);
const text = kilobytes => 'grüße 🐘 and all that, 32 bytes.'.padEnd(64, '.').repeat(kilobytes * 16).slice(0, kilobytes * 1024);

for (const version of ['1.2', '1.1', '1.0'])
  test(`connects with STOMP ${version}`, within, async () => {
    const client = await connected({ stompVersions: new Versions([version]) });
    assert.equal(client.connectedVersion, version);
    const topic = newTopic();
    const inbox = await subscribe(client, topic);
    client.publish({ destination: topic, body: 'hello' });
    assert.equal((await inbox.next()).body, 'hello');
  });

test('receives on a topic what it published there', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'grüße 🐘' });
  const message = await inbox.next();
  assert.equal(message.body, 'grüße 🐘');
  assert.equal(message.headers.destination, topic);
  assert.equal(message.headers.subscription, inbox.subscription.id);
  assert.ok(message.headers['message-id']);
});

test('receives what it published right after subscribing, without waiting for the receipt', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const body = new Promise(resolve => client.subscribe(topic, message => resolve(message.body)));
  client.publish({ destination: topic, body: 'at once' });
  assert.equal(await body, 'at once');
});

test('receives a JSON body and an empty one', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const payload = { text: 'hello', bool: true, value: Math.random() };
  client.publish({ destination: topic, body: JSON.stringify(payload) });
  client.publish({ destination: topic, body: '' });
  assert.deepEqual(JSON.parse((await inbox.next()).body), payload);
  assert.equal((await inbox.next()).body, '');
});

test('publishes to /app and receives on /topic', within, async () => {
  const client = await connected();
  const room = newRoom();
  const inbox = await subscribe(client, `/topic/${room}`);
  client.publish({ destination: `/app/${room}`, body: 'the same room' });
  assert.equal((await inbox.next()).body, 'the same room');
});

test('may leave out the content-length', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'Hello, world', skipContentLengthHeader: true });
  assert.equal((await inbox.next()).body, 'Hello, world');
});

test('keeps the order of a thousand messages', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  for (let i = 0; i < 1000; i++) client.publish({ destination: topic, body: `${i}` });
  for (let i = 0; i < 1000; i++) assert.equal((await inbox.next()).body, `${i}`);
});

test('sends and receives binary bodies', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const body = Uint8Array.from([0, 1, 255, 254, 0, 10, 13, 0]);
  client.publish({ destination: topic, binaryBody: body, headers: { 'content-type': 'application/octet-stream' } });
  const message = await inbox.next();
  assert.deepEqual(Uint8Array.from(message.binaryBody), body);
  assert.equal(message.headers['content-type'], 'application/octet-stream');
});

for (const [what, config] of [
  ['text WebSocket frames', {}],
  ['binary WebSocket frames', { forceBinaryWSFrames: true }],
  ['frames split over WebSocket messages', { splitLargeFrames: true }],
  ['frames split small', { splitLargeFrames: true, maxWebSocketChunkSize: 100 }],
])
  test(`sends with ${what}`, within, async () => {
    const client = await connected(config);
    const topic = newTopic();
    const inbox = await subscribe(client, topic);
    client.publish({ destination: topic, body: text(100) });
    client.publish({ destination: topic, body: 'small' });
    assert.equal((await inbox.next()).body, text(100));
    assert.equal((await inbox.next()).body, 'small');
  });

for (const [what, config] of [
  ['', {}],
  [' in binary WebSocket frames', { forceBinaryWSFrames: true }],
  [' split over WebSocket messages', { splitLargeFrames: true }],
])
  test(`sends and receives a text of 1 MB${what}`, within, async () => {
    const client = await connected(config);
    const topic = newTopic();
    const inbox = await subscribe(client, topic);
    const body = randomBytes(512 * 1024).toString('hex');
    client.publish({ destination: topic, body });
    assert.ok((await inbox.next()).body === body);
  });

test('sends and receives 1 MB of binary', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, binaryBody: binary(1024) });
  assert.ok(Buffer.compare((await inbox.next()).binaryBody, binary(1024)) === 0);
});

test('carries headers with every character that STOMP 1.2 escapes', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const cust = 'f:o:o\nbar\rbaz\\foo\nbar\rbaz\\';
  client.publish({ destination: topic, body: 'x', headers: { cust, greeting: 'grüße: 🐘' } });
  const message = await inbox.next();
  assert.equal(message.headers.cust, cust);
  assert.equal(message.headers.greeting, 'grüße: 🐘');
});

test('gets a receipt of a subscription, a message and an unsubscription', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  assert.ok(inbox.receipt.headers.position);
  const sent = await receiptOf(client, receipt =>
    client.publish({ destination: topic, headers: { receipt }, body: 'x' }));
  assert.ok(sent.headers.ack);
  await receiptOf(client, receipt => inbox.subscription.unsubscribe({ receipt }));
});

test('receives nothing after unsubscribing, the other subscription does', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const first = await subscribe(client, topic);
  const second = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'to both' });
  assert.equal((await first.next()).body, 'to both');
  assert.equal((await second.next()).body, 'to both');
  await receiptOf(client, receipt => first.subscription.unsubscribe({ receipt }));
  client.publish({ destination: topic, body: 'to one' });
  assert.equal((await second.next()).body, 'to one');
  assert.equal(first.messages.length, 0);
});

test('sees nothing of a transaction that is aborted', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const transaction = client.begin();
  client.publish({ destination: topic, headers: { transaction: transaction.id }, body: 'inside' });
  transaction.abort();
  client.publish({ destination: topic, body: 'outside' });
  assert.equal((await inbox.next()).body, 'outside');
});

test('sees all of a transaction that is committed, in order, at its end', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const transaction = client.begin(`tx-${Math.random()}`);
  for (const body of ['1', '2', '3'])
    client.publish({ destination: topic, headers: { transaction: transaction.id }, body });
  await receiptOf(client, receipt => client.publish({ destination: topic, headers: { receipt }, body: '0' }));
  transaction.commit();
  for (const body of ['0', '1', '2', '3']) assert.equal((await inbox.next()).body, body);
});

test('sees a message that was sent outside a transaction that is aborted', within, async () => {
  const client = await connected();
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  const transaction = client.begin();
  client.publish({ destination: topic, body: 'outside' });
  transaction.abort();
  assert.equal((await inbox.next()).body, 'outside');
});

for (const answer of ['ack', 'nack'])
  for (const mode of ['client', 'client-individual'])
    test(`gets a receipt of ${answer} in mode ${mode}`, within, async () => {
      const client = await connected();
      const topic = newTopic();
      const inbox = await subscribe(client, topic, { ack: mode });
      client.publish({ destination: topic, body: 'x' });
      const message = await inbox.next();
      await receiptOf(client, receipt => message[answer]({ receipt }));
    });

test('is told in an ERROR frame what is wrong with a destination, then the connection ends', within, async () => {
  const client = await connected();
  const error = new Promise(resolve => (client.onStompError = resolve));
  const end = new Promise(resolve => (client.onWebSocketClose = resolve));
  client.publish({ destination: '/nowhere/at all', body: 'x' });
  const frame = await error;
  assert.match(frame.headers.message, /"\/nowhere\/at all".*\/app\/\{room\}/);
  await end;
});

test('hears the server before its heart-beat runs out', within, async () => {
  const client = newClient({ brokerURL, heartbeatIncoming: 1000, heartbeatOutgoing: 1000 });
  open.push(client);
  const frame = await connect(client);
  const [outgoing] = frame.headers['heart-beat'].split(',').map(Number);
  assert.ok(outgoing > 0, `the server offers to send heart-beats: ${frame.headers['heart-beat']}`);
  if (outgoing > 5000) return;
  await new Promise(resolve => (client.onHeartbeatReceived = resolve));
});

test('stays connected without heart-beats', within, async () => {
  const client = await connected({ heartbeatIncoming: 0, heartbeatOutgoing: 0 });
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'x' });
  assert.equal((await inbox.next()).body, 'x');
});

test('gets the receipt of DISCONNECT', within, async () => {
  const client = await connected();
  const disconnected = new Promise(resolve => (client.onDisconnect = resolve));
  const end = new Promise(resolve => (client.onWebSocketClose = resolve));
  await client.deactivate();
  await disconnected;
  assert.equal((await end).code, 1000);
});

test('connects again after a connection was lost', within, async () => {
  const client = await connected({ reconnectDelay: 50 });
  const again = new Promise(resolve => (client.onConnect = resolve));
  client.forceDisconnect();
  await again;
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'again' });
  assert.equal((await inbox.next()).body, 'again');
});

test('resumes after the message it saw last', within, async () => {
  const writer = await connected();
  const topic = newTopic();
  const reader = await connected();
  const before = await subscribe(reader, topic);
  for (const body of ['1', '2', '3']) writer.publish({ destination: topic, body });
  await before.next();
  const seen = (await before.next()).headers['message-id'];
  await reader.deactivate();
  await receiptOf(writer, receipt => writer.publish({ destination: topic, headers: { receipt }, body: '4' }));
  const again = await connected();
  const after = await subscribe(again, topic, { 'resume-from': seen });
  assert.equal(after.receipt.headers.recovered, 'true');
  writer.publish({ destination: topic, body: '5' });
  for (const body of ['3', '4', '5']) assert.equal((await after.next()).body, body);
});

test('connects where SockJS connects natively', within, async () => {
  const client = await connected({ brokerURL: `${server}/ws/websocket` });
  const topic = newTopic();
  const inbox = await subscribe(client, topic);
  client.publish({ destination: topic, body: 'x' });
  assert.equal((await inbox.next()).body, 'x');
});

test('takes frames that come many in one WebSocket message, and in pieces', within, async () => {
  const room = newRoom();
  const reader = await connected();
  const inbox = await subscribe(reader, `/topic/${room}`);
  const socket = new WebSocket(brokerURL, ['v12.stomp']);
  await new Promise(resolve => socket.once('open', resolve));
  const send = n => `SEND\ndestination:/app/${room}\n\n${n}\0`;
  const stream = `CONNECT\naccept-version:1.2\nhost:x\n\n\0\n\n${send(1)}\r\n${send(2)}${send(3)}`;
  socket.send(stream.slice(0, 11));
  socket.send(Buffer.from(stream.slice(11, 60)));
  socket.send(stream.slice(60));
  for (const n of ['1', '2', '3']) assert.equal((await inbox.next()).body, n);
  socket.close();
});
