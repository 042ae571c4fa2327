package io.nightjar.buckets;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.MultipartUploaderBuilder;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathHandle;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.hadoop.fs.impl.AbstractMultipartUploader;
import org.apache.hadoop.fs.impl.MultipartUploaderBuilderImpl;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A {@link Bucket} as Hadoop sees it, with the options and capabilities of {@code s3a:}. */
public final class BucketFileSystem extends FileSystem {

  static final String SCHEME = "bucket";

  private static final Set<String> OPTIONS =
      Set.of(
          CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE,
          CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG);
  private static final Set<String> CAPABILITIES =
      Set.of(
          CreateFileOptionKeys.FS_OPTION_CREATE_IN_CLOSE,
          CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE,
          CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG,
          CommonPathCapabilities.FS_MULTIPART_UPLOADER);

  private URI uri;
  private Bucket bucket;

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    uri = URI.create("%s://%s".formatted(SCHEME, name.getHost()));
    bucket = Bucket.named(name.getHost());
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return CAPABILITIES.contains(capability) || super.hasPathCapability(path, capability);
  }

  private String key(Path path) {
    return makeQualified(path).toUri().getPath().substring(1);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    getFileStatus(path); // as S3A does
    return new FSDataInputStream(new Content(bucket.get(key(path)).content()));
  }

  /** The content that an object had when it was opened. */
  private static final class Content extends ByteArrayInputStream
      implements Seekable, PositionedReadable {

    Content(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long position) {
      pos = Math.toIntExact(position);
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) {
      return new ByteArrayInputStream(buf, (int) position, count - (int) position)
          .read(bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      if (read(position, bytes, offset, length) < length) {
        throw new IOException("The object ends before");
      }
    }

    @Override
    public void readFully(long position, byte[] bytes) throws IOException {
      readFully(position, bytes, 0, bytes.length);
    }
  }

  @Override
  public FSDataOutputStreamBuilder<?, ?> createFile(Path path) {
    return new Builder(this, path);
  }

  private static final class Builder
      extends FSDataOutputStreamBuilder<FSDataOutputStream, Builder> {
    private final BucketFileSystem files;

    Builder(BucketFileSystem files, Path path) {
      super(files, path);
      this.files = files;
    }

    @Override
    public Builder getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      rejectUnknownMandatoryKeys(OPTIONS, "for " + getPath());
      Configuration options = getOptions();
      Optional<Optional<String>> only = Optional.empty();
      if (options.getBoolean(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, false)) {
        only = Optional.of(Optional.empty());
      }
      String tag =
          options.get(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG, "");
      if (!tag.isEmpty()) {
        only = Optional.of(Optional.of(tag));
      }
      return files.create(getPath(), getFlags().contains(CreateFlag.OVERWRITE), only);
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, overwrite, Optional.empty());
  }

  private FSDataOutputStream create(Path path, boolean overwrite, Optional<Optional<String>> only)
      throws IOException {
    String key = key(path);
    if (!overwrite && exists(path)) { // which another may create meanwhile
      throw new FileAlreadyExistsException(key);
    }
    bucket.begin(key);
    return new FSDataOutputStream(new Upload(key, only), null);
  }

  /** An object on its way. */
  private final class Upload extends ByteArrayOutputStream
      implements Abortable, StreamCapabilities {
    private final String key;
    private final Optional<Optional<String>> only;
    private boolean over;

    Upload(String key, Optional<Optional<String>> only) {
      this.key = key;
      this.only = only;
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
    }

    @Override
    public AbortableResult abort() {
      boolean already = over;
      over = true;
      bucket.end(key);
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return already;
        }

        @Override
        public IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (!over) {
        over = true;
        if (!bucket.end(key)) {
          throw new IOException("The upload of %s was ended by another".formatted(key));
        }
        bucket.put(key, toByteArray(), only);
      }
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("Nothing is appended to an object");
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw Bucket.noRename(key(from));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return bucket.remove(key(path), recursive);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true; // there are none
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus listed = getFileStatus(path);
    if (listed.isFile()) {
      return new FileStatus[] {listed};
    }
    Set<String> names = bucket.list(key(path));
    FileStatus[] all = new FileStatus[names.size()];
    int next = 0;
    for (String name : names) {
      all[next++] = getFileStatus(new Path(path, name));
    }
    return all;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String key = key(path);
    Path qualified = makeQualified(path);
    Optional<Bucket.Stored> object = bucket.find(key);
    if (object.isPresent()) {
      return new Tagged(object.get(), qualified);
    }
    if (bucket.isDirectory(key)) {
      return new FileStatus(0, true, 1, 1, 0, qualified);
    }
    throw new FileNotFoundException(key);
  }

  /** A status with the tag of its object. */
  private static final class Tagged extends FileStatus implements EtagSource {
    private static final long serialVersionUID = 1;

    private final String tag;

    Tagged(Bucket.Stored object, Path path) {
      super(object.content().length, false, 1, 1 << 20, 0, path);
      this.tag = object.tag();
    }

    @Override
    public String getEtag() {
      return tag;
    }
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("A bucket has no directories");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri + "/");
  }

  @Override
  public MultipartUploaderBuilder<?, ?> createMultipartUploader(Path base) {
    return new UploaderBuilder(base);
  }

  private final class UploaderBuilder
      extends MultipartUploaderBuilderImpl<MultipartUploader, UploaderBuilder> {
    private final Path base;

    UploaderBuilder(Path base) {
      super(BucketFileSystem.this, base);
      this.base = base;
    }

    @Override
    public UploaderBuilder getThisBuilder() {
      return this;
    }

    @Override
    public MultipartUploader build() {
      return new Uploader(base);
    }
  }

  /** Ends uploads, and does nothing else with them. */
  private final class Uploader extends AbstractMultipartUploader {

    Uploader(Path base) {
      super(base);
    }

    @Override
    public CompletableFuture<Integer> abortUploadsUnderPath(Path path) {
      return CompletableFuture.completedFuture(bucket.endBelow(key(path)));
    }

    @Override
    public CompletableFuture<UploadHandle> startUpload(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<PartHandle> putPart(
        UploadHandle upload, int part, boolean isLast, Path path, InputStream in, long length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<PathHandle> complete(
        UploadHandle upload, Path path, Map<Integer, PartHandle> parts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> abort(UploadHandle upload, Path path) {
      throw new UnsupportedOperationException();
    }
  }
}
