package dev.chatcluster.operator.kill;

import java.util.regex.Pattern;

/**
 * Where an operator is killed: as soon as this much of its work is seen, and the next is not done.
 */
enum Step {
  FINALIZER(Provocation.CREATE_WITH_DELETE, "finalizer \\S+"),
  TOPIC_ANNOUNCED(Provocation.CREATE, "announced \\S+"),
  TOPIC_CREATED(Provocation.CREATE, "log .* TopicCreated: .*"),
  CONTROL_TOPIC_CREATED(Provocation.CREATE, "came Topic \\S+\\.control"),
  FIRST_EPOCH_WRITTEN(Provocation.CREATE, "records \\S+\\.control 1"),
  FIRST_DEPLOYMENT(Provocation.CREATE, "came Deployment \\S+-partition-0"),
  FIRST_SERVICE(Provocation.CREATE, "came Service \\S+-partition-0"),
  LAST_CHILD(Provocation.CREATE, "came Service \\S+-clients"),
  FIRST_STATUS(Provocation.CREATE, "known \\S+"),
  TOPIC_GROWN(Provocation.GROW, "log .* TopicGrown: .*"),
  NEXT_DEPLOYMENT(Provocation.SCALE_UP, "came Deployment \\S+-partition-[1-9]"),
  CUT(Provocation.SCALE, "log .*: its intent is written"),
  CUT_WRITTEN(Provocation.SCALE, "records \\S+\\.control ([2-9]|\\d\\d+)"),
  FENCE(Provocation.SCALE, "log .*: the routers of the old count are fenced"),
  POSITIONS(Provocation.SCALE, "log .*: the routers' positions are read"),
  BARRIERS(Provocation.SCALE, "log .*: a barrier is written into every partition"),
  PUBLISH(Provocation.SCALE, "log .*: the epoch is published"),
  EPOCH_PUBLISHED(Provocation.SCALE, "log .* EpochPublished: .*"),
  DEPLOYMENT_RELEASED(Provocation.SCALE_DOWN, "log .* Removed: Deployment.*"),
  FIRST_OF_A_ROLLOUT(Provocation.ROLL, "log .* RollingOut: .*"),
  PODS_STOPPED(Provocation.DELETE, "stopped Deployment \\S+"),
  DATA_TOPIC_DELETED(Provocation.DELETE, "gone Topic \\S+(?<!\\.control)"),
  TOPICS_DELETED(Provocation.DELETE, "log .* TopicDeleted: .*");

  /** What has to be asked for so that an operator comes there. */
  enum Provocation {
    CREATE,
    CREATE_WITH_DELETE,
    SCALE,
    SCALE_UP,
    SCALE_DOWN,
    /** To more partitions than the topic has. */
    GROW,
    ROLL,
    /** Of one whose topics go with it. */
    DELETE
  }

  private final Provocation provocation;
  private final Pattern sight;

  Step(Provocation provocation, String sight) {
    this.provocation = provocation;
    this.sight = Pattern.compile(sight);
  }

  Provocation provocation() {
    return provocation;
  }

  /** Whether that is what is to be seen. */
  boolean is(String what) {
    return sight.matcher(what).matches();
  }
}
