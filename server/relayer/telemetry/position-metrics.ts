import type { PositionPort } from "../ports/positions.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Liquidity, readLiquidity } from "../services/read-liquidity.ts";
import type { Readings, Sample } from "./readings.ts";

const labels = ["participant", "currency"] as const;
const labelsOf = ({ participant, currency }: Liquidity) => ({ participant, currency });

/** What each participant has in each currency, and how long it lasts. Companies are named, people never. */
export function addPositionMetrics(
  context: ServiceContext,
  node: PositionPort,
  readings: Readings,
): void {
  readings.add(
    "positions",
    {
      corridor_position_minor_units: { help: "A participant's position, in minor units", labels },
      corridor_position_headroom_minor_units: {
        help: "A position less the largest transfer that it has to pay, in minor units",
        labels,
      },
      corridor_position_runway_seconds: {
        help: "How long a position lasts at the present pace; absent while none of it leaves",
        labels,
      },
      corridor_position_low: { help: "1 for a position that is low, or else 0", labels },
    },
    async () => {
      const { positions } = await readLiquidity(context, node);
      const of = (value: (each: Liquidity) => number | undefined) =>
        positions.flatMap((each): Sample[] => {
          const figure = value(each);
          return figure === undefined ? [] : [[figure, labelsOf(each)]];
        });
      return {
        corridor_position_minor_units: of(({ positionMinor }) => Number(positionMinor)),
        corridor_position_headroom_minor_units: of(({ positionMinor, largestMinor }) =>
          largestMinor === undefined ? undefined : Number(positionMinor - largestMinor),
        ),
        corridor_position_runway_seconds: of(({ runwaySeconds }) => runwaySeconds),
        corridor_position_low: of(({ low }) => Number(low)),
      };
    },
  );
}
