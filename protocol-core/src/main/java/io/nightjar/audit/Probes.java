package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.network.LinearStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Records that show the weights of a linear step one at a time.
 *
 * <p>The probes of a dense layer are the unit vectors. In a convolution a lit column shows several
 * weights at once, each at another position, and columns that no position reads together can be lit
 * in the same record. A record of zeros shows the biases.
 */
final class Probes {

  private final LinearStep step;
  private final double height;
  private final List<Source> sources = new ArrayList<>();
  private final int uncovered;

  /**
   * A set of columns of one group that show the same weights and that no position reads together.
   */
  static final class Source {
    private final int[] terms;
    private final List<Site> sites = new ArrayList<>();

    private Source(int[] terms) {
      this.terms = terms;
    }

    /** Returns the weights that the source shows. */
    int[] terms() {
      return terms;
    }

    /** Returns the columns of the source. */
    List<Site> sites() {
      return sites;
    }
  }

  /** One column, and for each of the source's terms the position where it meets that weight. */
  static final class Site {
    private final int column;
    private final int[] positions;

    private Site(int column, int[] positions) {
      this.column = column;
      this.positions = positions;
    }

    int[] positions() {
      return positions;
    }
  }

  /** Finds the probes of a step, with lit columns of a given height. */
  Probes(LinearStep step, double height) {
    this.step = step;
    this.height = height;
    Map<List<Integer>, List<Map<Integer, Integer>>> alike = new LinkedHashMap<>();
    columns().values().forEach(c -> alike.computeIfAbsent(terms(c), t -> new ArrayList<>()).add(c));
    List<List<Integer>> order = new ArrayList<>(alike.keySet());
    order.sort(Comparator.comparing((List<Integer> terms) -> terms.size()).reversed());
    Set<Integer> covered = new HashSet<>();
    for (List<Integer> terms : order) {
      int[] fresh =
          terms.stream().filter(t -> !covered.contains(t)).mapToInt(Integer::intValue).toArray();
      if (fresh.length > 0) {
        Arrays.stream(fresh).forEach(covered::add);
        sources.add(source(fresh, alike.get(terms)));
      }
    }
    this.uncovered = step.terms() - covered.size();
  }

  /**
   * The key under which a column's map has the number of the column; the other keys are terms, and
   * their values positions.
   */
  private static final int COLUMN = -1;

  private Map<Integer, Map<Integer, Integer>> columns() {
    int[] gathered = step.gathered(0);
    Map<Integer, Map<Integer, Integer>> columns = new LinkedHashMap<>();
    for (int i = 0; i < gathered.length; i++) {
      int column = gathered[i];
      if (column != IntegerLayer.NO_COLUMN) {
        Map<Integer, Integer> positions =
            columns.computeIfAbsent(column, c -> new LinkedHashMap<>(Map.of(COLUMN, c)));
        positions.put(i % step.terms(), i / step.terms());
      }
    }
    return columns;
  }

  private static List<Integer> terms(Map<Integer, Integer> column) {
    return column.keySet().stream().filter(t -> t != COLUMN).sorted().toList();
  }

  private static Source source(int[] terms, List<Map<Integer, Integer>> columns) {
    Source source = new Source(terms);
    Set<Integer> used = new HashSet<>();
    for (Map<Integer, Integer> column : columns) {
      List<Integer> positions = terms(column).stream().map(column::get).toList();
      if (positions.stream().noneMatch(used::contains)) {
        used.addAll(positions);
        source.sites.add(
            new Site(column.get(COLUMN), Arrays.stream(terms).map(column::get).toArray()));
      }
    }
    return source;
  }

  List<Source> sources() {
    return sources;
  }

  /** Returns how many terms no column shows. */
  int uncovered() {
    return uncovered;
  }

  double height() {
    return height;
  }

  /**
   * Returns the queries of a batch: 0 for the record of zeros, otherwise the number of a source
   * from 1. Every query comes twice in a row. Every batch begins with records of zeros, about as
   * many as the root of the number of sources, because the estimates of all sources need the
   * biases.
   */
  int[] queries(long batch, int batchSize, int records) {
    int[] queries = new int[records];
    int zeros = zeros(batchSize);
    int cycle = zeros + sources.size();
    long before = batch * (batchSize / 2 - zeros);
    for (int j = 0; j < records; j++) {
      int pair = j / 2;
      if (2 * cycle <= batchSize) {
        queries[j] = Math.max(0, pair % cycle - zeros + 1);
      } else if (pair >= zeros) {
        queries[j] = 1 + (int) ((before + pair - zeros) % sources.size());
      }
    }
    return queries;
  }

  /** Returns how many pairs of records of zeros come together. */
  private int zeros(int batchSize) {
    return (int) Math.ceil(Math.sqrt(Math.min(sources.size(), batchSize / 4.0)));
  }

  /** Returns the fewest records that show every source, in one batch or several. */
  int leastRecords(int batchSize) {
    int zeros = zeros(batchSize);
    int perBatch = batchSize / 2 - zeros;
    int batches = (sources.size() + perBatch - 1) / perBatch;
    return 2 * (sources.size() + batches * zeros);
  }

  /** Returns the inputs of some queries. */
  RealColumns inputs(int[] queries) {
    int columns = step.input().size();
    int perGroup = columns / step.groups();
    double[] values = new double[columns * queries.length];
    for (int j = 0; j < queries.length; j++) {
      if (queries[j] > 0) {
        for (Site site : sources.get(queries[j] - 1).sites) {
          for (int group = 0; group < step.groups(); group++) {
            values[(site.column + group * perGroup) * queries.length + j] = height;
          }
        }
      }
    }
    return new RealColumns(columns, queries.length, values);
  }

  /**
   * The frequency with which sources are shown when some number of records is answered.
   *
   * @param inBatch the records that show a source in each batch that has it
   * @param zeros the records of zeros in each batch
   * @param visits the batches that show a source, as a mean over the sources, because the last
   *     batch may show only some of them
   */
  record Coverage(double inBatch, double zeros, double visits) {

    /** Returns the mean over the sources of a function of how many batches show a source. */
    double mean(DoubleUnaryOperator ofVisits) {
      double least = Math.floor(visits);
      double more = visits - least;
      double mean = (1 - more) * ofVisits.applyAsDouble(least);
      return more == 0 ? mean : mean + more * ofVisits.applyAsDouble(least + 1);
    }
  }

  /** Returns the coverage of the sources after so many records in batches as full as possible. */
  Coverage coverage(double records, int batchSize) {
    double inBatch = Math.min(records, batchSize);
    int zeros = zeros(batchSize);
    int cycle = zeros + sources.size();
    double cycles = inBatch / cycle;
    if (cycles >= 2) {
      double whole = Math.floor(records / inBatch);
      double rest = Math.min(1, (records - whole * inBatch) / (2 * cycle));
      return new Coverage(cycles, cycles * zeros, whole + rest);
    }
    double shown = Math.max(inBatch / 2 - zeros, 0) / sources.size();
    return new Coverage(2, 2 * zeros, shown * records / inBatch);
  }
}
