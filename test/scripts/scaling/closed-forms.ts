/** What queueing theory says of a station, in the unit of its mean service time's. */
export interface Queue {
  /** Jobs that come in a unit of time, by chance (Poisson). */
  readonly arrivalRate: number;
  /** Mean time that a job needs of one server. */
  readonly service: number;
}

const loadOf = ({ arrivalRate, service }: Queue) => arrivalRate * service;

/** Mean wait before service at one server, services by chance (exponential). */
export function waitMM1(queue: Queue): number {
  const load = loadOf(queue);
  return (load / (1 - load)) * queue.service;
}

/** The same, all services alike (Pollaczek and Khinchine): half as long. */
export const waitMD1 = (queue: Queue): number => waitMM1(queue) / 2;

/** The same at several servers with one queue (Erlang's C formula). */
export function waitMMc(queue: Queue, servers: number): number {
  const offered = loadOf(queue);
  let term = 1;
  let sum = 1;
  for (let busy = 1; busy < servers; busy++) {
    term *= offered / busy;
    sum += term;
  }
  const all = ((term * offered) / servers) * (servers / (servers - offered));
  return ((all / (sum + all)) * queue.service) / (servers - offered);
}

/** Mean time in a system in which one server is shared evenly by all that are there, whatever the services' shape. */
export function sojournProcessorSharing(queue: Queue): number {
  return queue.service / (1 - loadOf(queue));
}
