import { type ConformanceCase, conformanceCases } from './cases';
import { notApplicable } from './not-applicable';

const reasonOf = (test: ConformanceCase): string | undefined =>
  notApplicable.find(({ matches }) => matches(test))?.reason;

/** The public test cases, google/cel-spec tests/simple. */
describe('conformance', () => {
  const cases = conformanceCases();
  const complaints = new Map(cases.map((test) => [test.id, test.run()]));
  const failed = cases.filter(({ id }) => complaints.get(id) !== undefined);

  it('answers every case rightly that applies', () => {
    const unexplained = failed.filter((test) => reasonOf(test) === undefined);
    expect(unexplained.map(({ id, expression }) => `${id}: ${expression}: ${complaints.get(id) ?? ''}`)).toEqual([]);
  });

  it('lists no case that passes', () => {
    const listed = notApplicable.flatMap(({ ids }) => ids);
    expect(listed.filter((id) => complaints.get(id) === undefined)).toEqual([]);
  });

  it('has no reason without a case', () => {
    const used = new Set(failed.map(reasonOf));
    expect(notApplicable.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
  });

  it('counts what passes, and why the others do not apply', () => {
    const counts = new Map<string, number>();
    for (const test of failed) counts.set(reasonOf(test) ?? '', (counts.get(reasonOf(test) ?? '') ?? 0) + 1);
    const lines = Array.from(counts, ([reason, count]) => `${String(count).padStart(5)} ${reason}`);
    console.info(
      [`${String(cases.length - failed.length)} of ${String(cases.length)} cases pass. The others:`, ...lines].join(
        '\n',
      ),
    );
    expect(cases).toHaveLength(2456);
  });
});
