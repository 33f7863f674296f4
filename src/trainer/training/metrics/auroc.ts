/**
 * Area under the ROC curve, one class against the rest, unweighted mean over the classes that some samples are and some are
 * not: the share of pairs of a sample of the class and one that is not in which the former scores higher, ties counting half
 * (Hanley and McNeil, 1982). What scikit-learn's `roc_auc_score(multi_class='ovr', average='macro')` computes.
 *
 * @param scores - row-major [samples, classes]; only their order within a class matters
 * @param labels - [samples]
 * @returns from 0 to 1, 0.5 for guesses; NaN where all samples are of one class
 */
export function macroAuroc(scores: Float32Array, labels: Int32Array, classes: number): number {
  let [sum, counted] = [0, 0];
  const column = new Float32Array(labels.length);
  for (let label = 0; label < classes; label++) {
    for (let sample = 0; sample < labels.length; sample++) column[sample] = scores[sample * classes + label]!;
    const positives = column.filter((_, sample) => labels[sample] === label);
    if (positives.length === 0 || positives.length === labels.length) continue;
    sum += areaOf(positives.sort(), column.toSorted());
    counted++;
  }
  return sum / counted;
}

/** Of sorted scores: those of the class, and all. */
function areaOf(positives: Float32Array, all: Float32Array): number {
  let [below, notAbove, wins] = [0, 0, 0];
  for (const score of positives) {
    while (below < all.length && all[below]! < score) below++;
    while (notAbove < all.length && all[notAbove]! <= score) notAbove++;
    wins += (below + notAbove) / 2;
  }
  // Against themselves samples of the class win half, whatever they score.
  const withinClass = positives.length ** 2 / 2;
  return (wins - withinClass) / (positives.length * (all.length - positives.length));
}
