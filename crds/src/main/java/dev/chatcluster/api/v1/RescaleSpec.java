package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How the partition count is changed. */
@ApiObject
public record RescaleSpec(
    @Size(min = 2, max = 20)
        @Pattern("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$")
        @ValidationRule(
            value = "duration(self) <= duration('24h')",
            message = "must be at most 24h")
        @JsonPropertyDescription(
            "How long a change waits between the topic's growth and the moment from which the new count holds, so that"
                + " producers that choose partitions by the topic's size have seen it before; otherwise messages of one"
                + " such producer around its refresh may swap. Hours, minutes and seconds, for example 5m30s; 0s to 24h, a little more than"
                + " the producers' metadata.max.age.ms. When absent, 5m30s with rooms.partitioning KafkaDefault and 0s"
                + " otherwise. The time runs from when the topic was last seen"
                + " to grow or to be taken over.")
        String producerRefresh) {}
