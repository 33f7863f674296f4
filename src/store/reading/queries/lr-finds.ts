import type { LrFind } from '../../../core/results/lr-find.js';
import { type Reader, readRows } from '../../../core/results/reader.js';
import type { Params } from '../../../core/parameters.js';
import { cellText } from '../../../core/results/query-result.js';

/** The range tests with these keys that the database has, by key. */
export async function knownLrFinds(reader: Reader, keys: readonly string[]): Promise<ReadonlyMap<string, LrFind>> {
  const list = JSON.stringify(keys);
  const rows = await readRows(
    reader,
    `select id, key, backbone, valley, steepest, minimum, params, seed::double, dataset, dataset_fingerprint, device, threads,
       epoch_ms(started_at)::double, epoch_ms(ended_at)::double
     from data.lr_finds where key in (select unnest(from_json($1, '["varchar"]')))`,
    [list],
  );
  const points = await readRows(
    reader,
    `select lr_find, step, learning_rate, loss, smoothed_loss from data.lr_find_points
     where lr_find in (select id from data.lr_finds where key in (select unnest(from_json($1, '["varchar"]'))))
     order by lr_find, step`,
    [list],
  );
  return new Map(
    rows.map(
      ([
        id,
        key,
        backbone,
        valley,
        steepest,
        minimum,
        params,
        seed,
        dataset,
        fingerprint,
        device,
        threads,
        ...times
      ]) => [
        cellText(key),
        {
          key: cellText(key),
          backbone: cellText(backbone),
          suggestions:
            valley == null
              ? undefined
              : { valley: Number(valley), steepest: Number(steepest), minimum: Number(minimum) },
          points: points
            .filter(([find]) => find === id)
            .map(([, step, learningRate, loss, smoothedLoss]) => ({
              step: Number(step),
              learningRate: Number(learningRate),
              loss: Number(loss),
              smoothedLoss: Number(smoothedLoss),
            })),
          params: JSON.parse(cellText(params)) as Params,
          seed: Number(seed),
          dataset: dataset == null ? undefined : { name: cellText(dataset), fingerprint: cellText(fingerprint) },
          device: cellText(device),
          threads: Number(threads),
          startedAt: Number(times[0]),
          endedAt: Number(times[1]),
        },
      ],
    ),
  );
}
