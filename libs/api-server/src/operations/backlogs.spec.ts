import { Backlogs, type Lagging } from './backlogs';

class Peer implements Lagging {
  isCutOff = false;
  constructor(public bytes: number) {}
  backlog(): number {
    return this.bytes;
  }
  cutOff(): void {
    this.isCutOff = true;
  }
}

describe('backlogs of watches', () => {
  const limits = { eachBytes: 100, allBytes: 200 };

  it('cut off who is too far behind alone', () => {
    const backlogs = new Backlogs(limits);
    const [slow, quick] = [new Peer(101), new Peer(100)];
    for (const peer of [slow, quick]) backlogs.note(peer);
    expect([slow.isCutOff, quick.isCutOff]).toEqual([true, false]);
  });

  it('cut off those who are the farthest behind when all together are too far', () => {
    const backlogs = new Backlogs(limits);
    const peers = [90, 10, 80, 10].map((bytes) => new Peer(bytes));
    for (const peer of peers) backlogs.note(peer);
    expect(peers.some(({ isCutOff }) => isCutOff)).toBe(false);
    const last = new Peer(30);
    backlogs.note(last);
    expect([...peers, last].map(({ isCutOff }) => isCutOff)).toEqual([true, false, false, false, false]);
  });

  it('let those be who have caught up in the meantime', () => {
    const backlogs = new Backlogs(limits);
    const peers = [90, 90].map((bytes) => new Peer(bytes));
    for (const peer of peers) backlogs.note(peer);
    for (const peer of peers) peer.bytes = 0;
    const last = new Peer(90);
    backlogs.note(last);
    expect([...peers, last].some(({ isCutOff }) => isCutOff)).toBe(false);
  });

  it('forget who has left', () => {
    const backlogs = new Backlogs(limits);
    const gone = new Peer(100);
    backlogs.note(gone);
    backlogs.leave(gone);
    for (const peer of [new Peer(90), new Peer(90)]) {
      backlogs.note(peer);
      expect(peer.isCutOff).toBe(false);
    }
  });
});
