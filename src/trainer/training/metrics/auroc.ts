/**
 * Area under the ROC curve, one class against the rest: the share of pairs (one sample of the class, one of another class) in
 * which the sample of the class has the higher score; ties count half (Hanley and McNeil, 1982). Unweighted mean over all
 * classes that have both kinds of samples. Same as scikit-learn's `roc_auc_score(multi_class='ovr', average='macro')`.
 *
 * @param scores - row-major [samples, classes]; only the order within a class matters
 * @param labels - [samples]
 * @returns from 0 to 1, 0.5 for random scores; NaN if all samples have the same class
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

/** @param positives - scores of the class's samples, sorted
 * @param all - scores of all samples, sorted */
function areaOf(positives: Float32Array, all: Float32Array): number {
  let [below, notAbove, wins] = [0, 0, 0];
  for (const score of positives) {
    while (below < all.length && all[below]! < score) below++;
    while (notAbove < all.length && all[notAbove]! <= score) notAbove++;
    wins += (below + notAbove) / 2;
  }
  // `all` includes the positives themselves: those pairs always contribute half, so subtract them.
  const withinClass = positives.length ** 2 / 2;
  return (wins - withinClass) / (positives.length * (all.length - positives.length));
}
