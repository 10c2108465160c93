#!/usr/bin/env node
// A server for measuring clients: it sends the same response to every GET immediately. It prints its port.
// `GET /requests` returns the number of other requests since the last time.

import { createServer } from 'node:net';

const json = (body) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const answer = json('{"user": {"id": 35436, "name": "Roger Wilco", "email": "roger@example.com", "active": true}}');
let requests = 0;

const server = createServer({ noDelay: true }, (socket) => {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk;
    for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
      const asksCount = received.startsWith('GET /requests ');
      received = received.slice(end + 4);
      if (asksCount) {
        socket.write(json(String(requests)));
        requests = 0;
      } else {
        requests += 1;
        socket.write(answer);
      }
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
