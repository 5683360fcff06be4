import { StatusError } from '@skiff/apimachinery';
import type { ResourceRequestInfo } from '../request/request-info';
import { Attendance, type AttendanceOptions } from '../server/attendance';

/** Who counts requests, whatever they come by. */
export type RequestCounter = Pick<AttendanceOptions, 'requests' | 'clock'>;

/** The method by which REST would have been asked for each verb. */
const methods: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

/** A request over gRPC on its way, to be counted as the request of REST that asks for the same. */
export class CountedRequest {
  /** What it is about, once it is known that it is served. */
  info?: ResourceRequestInfo;
  dryRun = false;
  /** How long its message is. */
  requestBytes = 0;
  /** How long the answer is, where that is known. */
  bytes: number | undefined;
  private readonly attendance: Attendance;

  constructor(
    counter: RequestCounter,
    private readonly verb: string,
  ) {
    this.attendance = new Attendance(methods[verb] ?? 'GET', counter);
  }

  /** It goes on for as long as its caller wants. */
  lasts(): void {
    this.attendance.lasts(this.info);
  }

  /** It is over. Without a code, it went well. */
  end(code = this.verb === 'create' ? 201 : 200): void {
    const { info, dryRun, bytes } = this;
    this.attendance.end({ info, code, dryRun, bytes });
  }
}

/** Counts what runs as one request, which is told of it. */
export async function countRequest<T>(
  counter: RequestCounter,
  verb: string,
  run: (counted: CountedRequest) => Promise<T>,
): Promise<T> {
  const counted = new CountedRequest(counter, verb);
  try {
    const answer = await run(counted);
    counted.end();
    return answer;
  } catch (error) {
    counted.end(StatusError.from(error).code);
    throw error;
  }
}
