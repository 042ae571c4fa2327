package io.nightjar.history;

/** A figure that nights are compared by. */
public enum Figure {
  /** How many records there were. */
  RECORDS("records", "number of records", Unit.COUNT),
  /** How long the date took. */
  SECONDS("seconds", "time", Unit.SECONDS),
  /** How many records were scored in a second. */
  SPEED("recordsPerSecond", "speed", Unit.RATE),
  /** Which share of the records with labels was predicted right. */
  ACCURACY("accuracy", "accuracy", Unit.SHARE),
  /** The root mean square error of a regression, over all outputs. */
  ERROR("rmse", "RMSE", Unit.NUMBER),
  /** The mean entropy of the predictions, in nats. */
  ENTROPY("meanEntropy", "mean entropy", Unit.NUMBER),
  /** The mean mutual information of the predictions and the draws, in nats. */
  MUTUAL_INFORMATION("meanMutualInformation", "mean mutual information", Unit.NUMBER),
  /** The mean standard deviation of a regression's predictions over the draws. */
  DEVIATION("meanStandardDeviation", "mean standard deviation", Unit.NUMBER),
  /** Which share of the values that the first round took was outside the model's range. */
  OUTSIDE_RANGE("outsideRange", "share of values outside the model's range", Unit.SHARE),
  /** Of the column with the most numbers outside its ends, which share of the records has one. */
  OUTSIDE_COLUMN("outsideColumn", "share of numbers outside their column's ends", Unit.SHARE),
  /** The least noise margin that was measured, in bits. */
  MARGIN("leastMarginBits", "least noise margin", Unit.BITS);

  /** What a figure is counted in. */
  enum Unit {
    COUNT,
    RATE,
    SECONDS,
    SHARE,
    NUMBER,
    BITS
  }

  /**
   * How nights are told apart by a figure.
   *
   * @param ratios whether it is ratios that matter, and not differences
   * @param leastRatio which share of the usual figure a difference must be to be worth a word
   * @param least how large a difference must be to be worth a word
   * @param upwards whether a figure that is higher than usual is worth one at all
   */
  record Judgement(boolean ratios, double leastRatio, double least, boolean upwards) {
    /** The figure is shown and not judged, because others have all that it says. */
    static final Judgement NONE = new Judgement(false, 0, Double.POSITIVE_INFINITY, false);
  }

  private final String key;
  private final String title;
  private final Unit unit;

  Figure(String key, String title, Unit unit) {
    this.key = key;
    this.title = title;
    this.unit = unit;
  }

  /** Returns its name for programs. */
  public String key() {
    return key;
  }

  /** Returns its name for people, as within a sentence. */
  public String title() {
    return title;
  }

  Judgement judgement() {
    return switch (this) {
      case RECORDS -> new Judgement(true, 0.25, 0, true);
      case SPEED -> new Judgement(true, 0.25, 0, false);
      case SECONDS -> Judgement.NONE;
      case ACCURACY -> new Judgement(false, 0, 0.005, true);
      case ERROR, DEVIATION -> new Judgement(false, 0.05, 0, true);
      case ENTROPY, MUTUAL_INFORMATION -> new Judgement(false, 0.05, 0.001, true);
      case OUTSIDE_RANGE, OUTSIDE_COLUMN -> new Judgement(false, 0, 0.002, true);
      case MARGIN -> new Judgement(false, 0, 1, false);
    };
  }

  /** Returns one of its values as text, with its unit. */
  public String text(double value) {
    return FigureText.of(unit, value);
  }
}
