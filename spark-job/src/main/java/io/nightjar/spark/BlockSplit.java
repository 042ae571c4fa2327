package io.nightjar.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputSplit;

/** The work of one task. */
public final class BlockSplit extends InputSplit implements Writable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private List<WorkUnit> units;
  private String[] hosts;

  /** Creates an empty split for Hadoop, which calls {@link #readFields} next. */
  public BlockSplit() {
    this(List.of(), new String[0]);
  }

  BlockSplit(List<WorkUnit> units, String[] hosts) {
    this.units = List.copyOf(units);
    this.hosts = hosts.clone();
  }

  List<WorkUnit> units() {
    return units;
  }

  @Override
  public long getLength() {
    return units.stream().mapToLong(unit -> unit.upload().bytes()).sum();
  }

  @Override
  public String[] getLocations() {
    return hosts.clone();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(units);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      units = List.copyOf(MAPPER.readValue(json, new TypeReference<List<WorkUnit>>() {}));
    } catch (JsonProcessingException e) {
      throw new IOException("Not a split: " + new String(json, StandardCharsets.UTF_8), e);
    }
    hosts = new String[0]; // only the driver asks
  }
}
