// A chat client on stompjs that goes on where it was, whatever happens to its connection: it shows each message of its
// rooms once and in order, and writes each of its own. Runs in browsers and in Node 22 (in 20 with the package ws as
// globalThis.WebSocket); ../clients.md explains the headers.
import { Client } from '@stomp/stompjs';

export class ResumingClient {
  rooms = new Map(); // what is remembered of each; keep its `last` and `ack` to go on after a reload, too

  /** show(room, message) is called once a message; tell(room, text, headers) with what a user should know. */
  constructor(brokerURL, { show, tell, ...options }) {
    Object.assign(this, { show, tell });
    this.stomp = new Client({ brokerURL, reconnectDelay: 1000, ...options });
    this.stomp.onConnect = () => this.rooms.forEach(room => this.#enter(room));
    this.stomp.onStompError = ({ headers }) => {
      tell(null, headers.message, headers);
      // The same would be refused again: a message of ours is given up, anything else ends it.
      if (headers.retry === 'false' && !this.#refused(headers)) this.stomp.deactivate();
    };
    this.stomp.activate();
  }

  join(name, { last, ack } = {}) {
    const room = { name, last, ack, seen: new Set(), unanswered: new Map() };
    this.rooms.set(name, room);
    if (this.stomp.connected) this.#enter(room);
  }

  leave(name) {
    if (this.stomp.connected) this.rooms.get(name).subscription.unsubscribe();
    this.rooms.delete(name);
  }

  /** Resolves once Kafka has the message, until when it is written again after every reconnect; rejects if it is refused. */
  send(name, body, headers = {}) {
    const room = this.rooms.get(name);
    if (!room) return Promise.reject(new Error(`join ${name} first`));
    const key = crypto.randomUUID();
    return new Promise((answered, refused) => {
      room.unanswered.set(key, { body, headers, answered, refused });
      if (this.stomp.connected) this.#write(room, key);
    });
  }

  #enter(room) {
    const receipt = crypto.randomUUID();
    const from = room.last ? { 'resume-from': room.last } : { replay: '20' };
    this.stomp.watchForReceipt(receipt, ({ headers }) => {
      if (headers.recovered === 'true') return; // all that came since `last` follows now
      if (headers.recovered === 'false') this.tell(room.name, `messages are missing here: ${headers.reason}`, headers);
      room.last = headers.position;
    });
    const headers = { receipt, progress: '30', ...from };
    room.subscription = this.stomp.subscribe(`/topic/${room.name}`, message => this.#take(room, message), headers);
    room.after = room.ack; // on another connection the server does not know what this client wrote last
    for (const key of room.unanswered.keys()) this.#write(room, key);
  }

  #take(room, message) {
    const { 'message-id': id, 'idempotency-key': key, event } = message.headers;
    room.last = id;
    if (event === 'progress' || room.seen.has(key)) return; // only a younger place, or written twice
    if (key) room.seen.add(key);
    if (room.seen.size > 1000) room.seen.delete(room.seen.values().next().value);
    this.show(room.name, message);
  }

  #refused({ 'receipt-id': receipt, message }) {
    for (const { unanswered } of this.rooms.values())
      for (const [key, sent] of unanswered) {
        if (sent.receipt !== receipt) continue;
        unanswered.delete(key);
        sent.refused(new Error(message));
        return true;
      }
    return false;
  }

  #write(room, key) {
    const sent = room.unanswered.get(key);
    const { body, headers, answered } = sent;
    const receipt = (sent.receipt = crypto.randomUUID());
    this.stomp.watchForReceipt(receipt, frame => {
      room.ack = frame.headers.ack;
      room.unanswered.delete(key);
      answered(frame);
    });
    const own = { receipt, 'idempotency-key': key, ...(room.after && { 'after-ack': room.after }) };
    room.after = undefined;
    this.stomp.publish({ destination: `/app/${room.name}`, body, headers: { ...headers, ...own } });
  }
}
