import { expect, it } from 'vitest';
import { EventParser, type ServerEvent } from './event-parser.js';

function parse(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = new EventParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const stream = ': heartbeat\n\nretry: 3000\n\nid: 1-2\nevent: snapshot\ndata: {"a":1}\n\ndata:x\ndata: y\nid: 1-3\n\n';
const events = [
  { event: 'snapshot', data: '{"a":1}', id: '1-2' },
  { event: 'message', data: 'x\ny', id: '1-3' },
];

it('reads events, comments left out', () => {
  expect(parse(stream)).toEqual(events);
});

it('reads the same whatever the pieces and line ends', () => {
  for (const text of [stream, stream.replaceAll('\n', '\r\n'), stream.replaceAll('\n', '\r')]) {
    expect(parse(...text).length).toBe(parse(text).length);
    for (let cut = 1; cut < text.length; cut += 1) {
      const got = parse(text.slice(0, cut), text.slice(cut), '\n');
      expect(got).toEqual(events);
    }
  }
});

it('gives nothing for an event that is not finished', () => {
  expect(parse('id: 1\ndata: x\n')).toEqual([]);
});
