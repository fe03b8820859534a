// A stompjs client under Node, and a few words to wait with.
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';

Object.assign(globalThis, { WebSocket });

/** A client that does not come back by itself, unless asked to. */
export function newClient(config) {
  return new Client({ reconnectDelay: 0, ...config });
}

/** Activates a client; resolves with CONNECTED. */
export function connect(client) {
  return new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = frame => reject(new Error(`ERROR: ${frame.headers.message}`));
    client.onWebSocketError = event => reject(new Error(`WebSocket: ${event.message}`));
    client.activate();
  });
}

/** Subscribes and resolves, when the server has confirmed it, with what collects the messages. */
export function subscribe(client, destination, headers = {}) {
  const inbox = new Inbox();
  return new Promise(resolve => {
    const receipt = `subscribed-${crypto.randomUUID()}`;
    client.watchForReceipt(receipt, frame => {
      inbox.receipt = frame;
      resolve(inbox);
    });
    inbox.subscription = client.subscribe(destination, message => inbox.put(message), { ...headers, receipt });
  });
}

/** Does something that asks for a receipt; resolves with it. */
export function receiptOf(client, action) {
  return new Promise(resolve => {
    const receipt = `receipt-${crypto.randomUUID()}`;
    client.watchForReceipt(receipt, resolve);
    action(receipt);
  });
}

/** Messages of a subscription, in order, to be awaited one by one. */
export class Inbox {
  messages = [];
  #waiting = [];

  put(message) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.messages.push(message);
  }

  next() {
    if (this.messages.length > 0) return Promise.resolve(this.messages.shift());
    return new Promise(resolve => this.#waiting.push(resolve));
  }
}
