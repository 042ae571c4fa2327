package io.nightjar.spark;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.exchange.BlockFileWriter;
import io.nightjar.exchange.FileDigest;
import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;

/**
 * The results of a round: one file for each batch and draw that a task works on.
 *
 * <p>The writer closes every block that it is given. The digests of its files go to the driver with
 * the result of the task.
 */
public final class BlockOutputFormat extends FileOutputFormat<BlockLabel, EncryptedBlock> {

  @Override
  public void checkOutputSpecs(JobContext context) {
    // The directory may be there: a round without a manifest has not happened.
  }

  @Override
  public synchronized OutputCommitter getOutputCommitter(TaskAttemptContext context)
      throws IOException {
    return new ManifestCommitter(getOutputPath(context), context);
  }

  @Override
  public RecordWriter<BlockLabel, EncryptedBlock> getRecordWriter(TaskAttemptContext context)
      throws IOException {
    long start = PhaseTimes.now();
    Configuration configuration = context.getConfiguration();
    RoundWork work = RoundWork.load(configuration);
    Path directory = ManifestCommitter.workPath(getOutputPath(context), context);
    Writer writer =
        new Writer(
            directory, directory.getFileSystem(configuration), work.openFormat(Long.MAX_VALUE));
    TaskTimes.current().exchangedSince(start);
    return writer;
  }

  private static final class Writer extends RecordWriter<BlockLabel, EncryptedBlock> {
    private final Path directory;
    private final FileSystem files;
    private final BlockFormat format;
    private final List<FileDigest> finished = new ArrayList<>();
    private BlockFileWriter current;

    Writer(Path directory, FileSystem files, BlockFormat format) {
      this.directory = directory;
      this.files = files;
      this.format = format;
    }

    @Override
    public void write(BlockLabel label, EncryptedBlock block) throws IOException {
      long start = PhaseTimes.now();
      try (block) {
        if (current != null && !current.takes(label)) {
          finish();
        }
        if (current == null) {
          current = BlockFileWriter.create(files, directory, label);
        }
        current.write(label, block, format);
      }
      TaskTimes.current().exchangedSince(start);
    }

    private void finish() throws IOException {
      BlockFileWriter done = current;
      current = null;
      finished.add(done.finish());
    }

    @Override
    public void close(TaskAttemptContext context) throws IOException {
      long start = PhaseTimes.now();
      if (current != null) {
        finish();
      }
      TaskTimes.current().wrote(finished);
      TaskTimes.current().exchangedSince(start);
    }
  }
}
