package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InputFilesTest {

  private static final byte[] PARQUET = Folder.utf8("PAR1 and more");

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private static void assertFormat(RecordFormat expected, Path path) throws IOException {
    assertEquals(expected, InputFiles.format(Folder.CONF, path));
  }

  private static void refused(Path path, String... parts) {
    Records.refused(() -> InputFiles.format(Folder.CONF, path), parts);
  }

  @Test
  void aFileIsWhatItsBytesOrElseItsNameSays() throws Exception {
    assertFormat(RecordFormat.PARQUET, folder.bytes("patients", PARQUET));
    assertFormat(RecordFormat.ORC, folder.text("p.orc", "ORC and more"));
    assertFormat(RecordFormat.AVRO, folder.text("part-0", "Obj\1 and more"));
    assertFormat(RecordFormat.IDX, folder.bytes("i", Idx.images(1, 1, 2, new byte[2])));
    assertFormat(RecordFormat.CSV, folder.lines("patients.txt", "id,name", "1,Zoë"));
    assertFormat(RecordFormat.CSV, folder.bytes("a.csv.gz", Folder.gzip(Folder.utf8("id,a\n"))));
    assertFormat(RecordFormat.JSON, folder.lines("a.jsonl", "{\"id\": 1}"));
    assertFormat(RecordFormat.JSON, folder.lines("a.JSON", "{\"id\": 1}"));
    byte[] images = Folder.gzip(Idx.images(1, 1, 2, new byte[2]));
    assertFormat(RecordFormat.IDX, folder.bytes("whatever it is called", images));
  }

  @Test
  void aFileThatIsNotWhatItSeemsIsRefused() {
    refused(folder.path("nowhere.csv"), "There is no ", "nowhere.csv");
    refused(folder.bytes("p", new byte[] {0x28, (byte) 0xb5, 0x2f}), "\"p\" is neither CSV, JSON,");
    refused(folder.bytes("a.csv", PARQUET), "\"a.csv\" is named as CSV but begins as PARQUET does");
    refused(folder.text("a.parquet", "id,age"), "\"a.parquet\" does not begin as PARQUET does");
    refused(folder.bytes("a.parquet", new byte[0]), "does not begin as PARQUET does");
    byte[] zipped = Folder.gzip(Folder.utf8("id,age\n"));
    refused(folder.bytes("a.csv", zipped), "\"a.csv\" is gzipped and not named .gz");
    refused(folder.text("b.csv.gz", "id,age\n"), "\"b.csv.gz\" is named .gz and not gzipped");
    refused(
        folder.bytes("c.csv.gz", java.util.Arrays.copyOf(zipped, 12)),
        "\"c.csv.gz\" is not whole gzip");
  }

  @Test
  void allFilesOfADirectoryAreOfOneFormat() throws Exception {
    folder.text("t/_SUCCESS", "");
    folder.text("t/part-0.csv", "");
    refused(folder.path("t"), "no files with data");

    folder.lines("t/day=1/part-1.csv", "id,age", "1,1");
    folder.text("t/_temporary/x.parquet", "no matter what");
    assertFormat(RecordFormat.CSV, folder.path("t"));

    folder.bytes("t/part-2.parquet", PARQUET);
    refused(folder.path("t"), "several formats, such as \"part-1.csv\" and \"part-2.parquet\"");

    folder.bytes("v/a.idx", Idx.images(1, 1, 2, new byte[2]));
    refused(folder.path("v"), "a directory of IDX files: give the path of one of them");
  }

  @Test
  void nothingOutsideTheDirectoryIsRead() throws Exception {
    folder.lines("elsewhere/c.csv", "id,age", "1,1");
    folder.lines("t/a.csv", "id,age", "2,1");
    Files.createSymbolicLink(folder.local("t/b.csv"), folder.local("t/a.csv"));
    assertFormat(RecordFormat.CSV, folder.path("t"));

    Files.createSymbolicLink(folder.local("t/day=1"), folder.local("elsewhere"));
    refused(folder.path("t"), "\"day=1\" in ", "a link to a file outside");
  }
}
