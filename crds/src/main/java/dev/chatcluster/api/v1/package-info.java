/**
 * The ChatCluster resource as Java types: what a user may ask for, what the operator answers, and
 * what each field means. The CRD is generated from this room, so a description, a default or a rule
 * is written here and nowhere else.
 */
package dev.chatcluster.api.v1;
