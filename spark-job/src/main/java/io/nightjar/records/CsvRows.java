package io.nightjar.records;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The cells of one CSV file, row after row, as text. */
final class CsvRows implements Closeable {

  /** The most characters of a cell; without a limit, a lost quote would make one cell of a file. */
  private static final int MAX_CELL = 1 << 16;

  /** How many columns a file may have besides twice those that are asked for. */
  private static final int SPARE_COLUMNS = 1 << 14;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final int maxColumns;
  private final CsvParser parser;
  private final InputStreamReader text;
  private final List<String> header;
  private long row;
  private long line = 1;
  private long linesWithinCells;
  private boolean unclosed;

  private CsvRows(Path file, InputStream bytes, int columns) throws IOException {
    this.file = file;
    this.maxColumns = 2 * columns + SPARE_COLUMNS;
    // The constructor that takes a character set would replace what is not UTF-8.
    this.text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
    this.parser = new CsvParser(settings(maxColumns));
    begin();
    String[] names = parse().orElseThrow(() -> new InvalidInputException(noHeader()));
    names[0] = withoutMark(names[0]);
    this.header = Arrays.stream(names).map(String::strip).toList();
  }

  /**
   * Opens a file and reads its header.
   *
   * @param columns how many columns are asked for
   */
  static CsvRows open(FileSystem files, Path file, int columns) throws IOException {
    InputStream bytes = ContentStream.open(files, file);
    try {
      return new CsvRows(file, bytes, columns);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static CsvParserSettings settings(int maxColumns) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setComment('\0'); // no comments: a row may begin with any character
    settings.setCommentProcessingEnabled(false);
    settings.getFormat().setLineSeparator("\n"); // what is left of CR LF is dropped below
    settings.setNormalizeLineEndingsWithinQuotes(false);
    settings.setKeepQuotes(true); // which shows whether there is one at the end, too
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setSkipBitsAsWhitespace(false);
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setMaxColumns(maxColumns);
    settings.setMaxCharsPerColumn(MAX_CELL);
    settings.setErrorContentLength(0); // no cells in messages
    settings.setReadInputOnSeparateThread(false);
    return settings;
  }

  /** Returns the names of the columns. */
  List<String> header() {
    return header;
  }

  /** Returns the cells of the next row, or nothing at the end. */
  Optional<String[]> next() throws IOException {
    Optional<String[]> cells = parse();
    row += cells.isPresent() ? 1 : 0;
    return cells;
  }

  /** Returns why the row that was read last does not fit the header, if it does not. */
  Optional<Problem> misfit(String[] cells) {
    if (unclosed) {
      return Optional.of(problem(Optional.empty(), "a quote is not closed"));
    }
    return cells.length == header.size()
        ? Optional.empty()
        : Optional.of(
            problem(
                Optional.empty(),
                "number of cells %d, of columns in the header %d"
                    .formatted(cells.length, header.size())));
  }

  /** Describes something wrong with the row that was read last. */
  Problem problem(Optional<String> column, String why) {
    return new Problem(file, row, OptionalLong.of(line), column, why);
  }

  private void begin() throws IOException {
    try {
      parser.beginParsing(text);
    } catch (TextParsingException | IllegalStateException e) {
      throw failure(e);
    }
  }

  private Optional<String[]> parse() throws IOException {
    try {
      Optional<String[]> cells = Optional.ofNullable(parser.parseNext());
      while (cells.isPresent() && isBlankLine(cells.get())) {
        cells = Optional.ofNullable(parser.parseNext());
      }
      line = parser.getContext().currentLine() + linesWithinCells;
      cells.ifPresent(this::unquote);
      return cells;
    } catch (TextParsingException | IllegalStateException e) {
      throw failure(e);
    }
  }

  private static boolean isBlankLine(String[] cells) {
    return cells.length == 1 && (cells[0].isEmpty() || cells[0].equals("\r"));
  }

  private void unquote(String[] cells) {
    unclosed = false;
    int last = cells.length - 1;
    if (cells[last].endsWith("\r")) {
      cells[last] = cells[last].substring(0, cells[last].length() - 1);
    }
    for (int i = 0; i <= last; i++) {
      String cell = cells[i];
      if (!cell.isEmpty() && cell.charAt(0) == '"') {
        boolean closed = cell.length() > 1 && cell.charAt(cell.length() - 1) == '"';
        unclosed |= !closed;
        cells[i] = closed ? cell.substring(1, cell.length() - 1) : cell;
        linesWithinCells += cell.chars().filter(c -> c == '\n').count();
      }
    }
  }

  /** Turns an exception of univocity into one about what failed: the text, or reading it. */
  private IOException failure(RuntimeException e) {
    Optional<IOException> reading =
        Stream.iterate((Throwable) e, t -> t.getCause() != null, Throwable::getCause)
            .map(Throwable::getCause)
            .filter(IOException.class::isInstance)
            .map(IOException.class::cast)
            .findFirst();
    if (reading.isEmpty()) {
      throw new Problem(
              file,
              row + 1,
              OptionalLong.empty(),
              Optional.empty(),
              ("not CSV: a quote is not closed, not doubled or out of place, a cell has more than"
                      + " %d characters, or there are more than %d cells")
                  .formatted(MAX_CELL, maxColumns))
          .exception();
    }
    IOException cause = reading.get();
    if (cause instanceof CharacterCodingException) {
      throw new InvalidInputException(
          "%s after row %d: not UTF-8".formatted(Names.file(file), row), cause);
    }
    if (ContentStream.isCorrupt(cause)) {
      throw new InvalidInputException(
          "%s after row %d: not whole gzip".formatted(Names.file(file), row), cause);
    }
    return cause;
  }

  private String noHeader() {
    return "%s is empty: its first line must name the columns".formatted(Names.file(file));
  }

  private static String withoutMark(String name) {
    boolean marked = !name.isEmpty() && name.charAt(0) == BYTE_ORDER_MARK;
    return marked ? name.substring(1) : name;
  }

  @Override
  public void close() throws IOException {
    parser.stopParsing();
    text.close();
  }
}
