import type { FlowController } from './flow-controller';

type Row = readonly string[];

/**
 * What the levels look like now.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller_debug.go.
 */
export function dumpPriorityLevels({ levels }: FlowController): string {
  const head = ['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests'];
  const rows = [...levels].map(([name, level]): Row => {
    const active = level.active.filter(({ waiting }) => waiting.size > 0).length;
    return [name, active, level.isIdle, level.isQuiescing, level.waiting, level.executing].map(String);
  });
  return table([head, ...rows]);
}

/** Its queues that have requests: there may be very many others. */
export function dumpQueues({ levels }: FlowController): string {
  const head = [
    ...['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse', 'NextDispatchR'],
    ...['InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum'],
  ];
  const rows = [...levels].flatMap(([name, level]) =>
    level.active
      .sort((a, b) => a.index - b.index)
      .map((queue): Row => {
        const { index, waiting, executing, seatsInUse, nextDispatchR, waitingSeats } = queue;
        const work = `${(waitingSeats * 0.003).toFixed(8)}ss`;
        const numbers = [index, waiting.size, executing, seatsInUse, `${nextDispatchR.toFixed(8)}ss`];
        return [name, ...numbers, waitingSeats, waitingSeats, work].map(String);
      }),
  );
  return table([head, ...rows]);
}

/** @param arrivedAt when a time of the monotonic clock was, in milliseconds since the epoch. */
export function dumpRequests({ levels }: FlowController, arrivedAt: (monotonic: number) => number): string {
  const head = [
    ...['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime'],
    ...['InitialSeats', 'FinalSeats', 'AdditionalLatency'],
  ];
  const rows = [...levels].flatMap(([name, level]) =>
    level.active.flatMap(({ index, waiting }) =>
      [...waiting].map(({ about, arrivedAt: at, seats }, position): Row => {
        const time = new Date(arrivedAt(at)).toISOString();
        return [
          name,
          about.schema,
          String(index),
          String(position),
          about.distinguisher,
          time,
          String(seats),
          '0',
          '0s',
        ];
      }),
    ),
  );
  return table([head, ...rows]);
}

/** Columns that stand below each other, with commas between them. */
function table(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(7, ...rows.map((row) => (row[column]?.length ?? 0) + 1)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column + 1 < row.length ? `${cell},`.padEnd((widths[column] ?? 0) + 1) : cell))
        .join(''),
    )
    .map((line) => `${line}\n`)
    .join('');
}
