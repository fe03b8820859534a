/** A message as the seed's producers write it, the room in its JSON. */
export function message(room, from, text) {
  return {
    _id: crypto.randomUUID(),
    roomId: /^(0|[1-9]\d{0,14})$/.test(room) ? Number(room) : room, // 007 as a number would be the room 7
    userId: from,
    messageType: "TEXT",
    message: text,
    createdAt: new Date().toISOString(),
  };
}
