/**
 * What a custom resource must look like: a CRD's structural schema applied to an object, as the API
 * server does it. Unknown fields go, defaults come, and every violation is named with its field.
 */
package dev.chatcluster.quickstart.schema;
