import { RecentMap } from './recent-map';

describe('a map of what was used last', () => {
  it('never has more than it may, and keeps the newest half', () => {
    const map = new RecentMap<number>(100);
    for (let index = 0; index < 1_000; index += 1) {
      map.set(`k${index}`, index);
      expect(map.size).toBeLessThanOrEqual(100);
    }
    for (let index = 951; index < 1_000; index += 1) expect(map.get(`k${index}`)).toBe(index);
    expect(map.get('k1')).toBeUndefined();
  });

  it('keeps what is read', () => {
    const map = new RecentMap<string>(10);
    map.set('kept', 'value');
    for (let index = 0; index < 100; index += 1) {
      map.set(`k${index}`, 'other');
      expect(map.get('kept')).toBe('value');
    }
  });
});
